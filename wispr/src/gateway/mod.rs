//! The access gateway's side: a client's query in, the gateway's answer out.
