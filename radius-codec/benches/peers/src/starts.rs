//! Many starts of the same program, and the middle of what they measured.
//!
//! Where the system lays a program's stack and heap moves figures of this size by a third, and differs from start to
//! start. One start compares addresses, the middle of many compares code.

use std::collections::HashMap;
use std::process::Command;

/// How often the program is started.
const STARTS: usize = 15;
/// Tells the program that it is one of the starts.
const ONE: &str = "RADIUS_CODEC_PEERS_ONE_START";

/// One line of the table.
pub struct Row {
    pub operation: String,
    pub who: String,
    pub octets: usize,
    pub ns: f64,
    pub allocations: usize,
}

impl Row {
    /// For the process that asked.
    pub fn tell(&self) {
        let Self { operation, who, octets, ns, allocations } = self;
        println!("{operation}\t{who}\t{octets}\t{ns}\t{allocations}");
    }

    fn read(line: &str) -> Option<Self> {
        let mut words = line.split('\t');
        let mut word = || words.next();
        Some(Self {
            operation: word()?.to_owned(),
            who: word()?.to_owned(),
            octets: word()?.parse().ok()?,
            ns: word()?.parse().ok()?,
            allocations: word()?.parse().ok()?,
        })
    }
}

/// Whether this process is one of the starts.
pub fn is_one() -> bool {
    std::env::var_os(ONE).is_some()
}

/// Starts the program again and again, and prints the table.
pub fn run() {
    let program = std::env::current_exe().expect("this program has a path");
    let mut order = Vec::new();
    let mut figures: HashMap<(String, String), (Vec<f64>, Row)> = HashMap::new();
    for start in 1..=STARTS {
        eprintln!("start {start} of {STARTS}");
        let done = Command::new(&program).args(std::env::args_os().skip(1)).env(ONE, "1").output();
        let done = done.expect("this program runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        for row in String::from_utf8_lossy(&done.stdout).lines().filter_map(Row::read) {
            let key = (row.operation.clone(), row.who.clone());
            let known = figures.entry(key.clone()).or_insert_with(|| {
                order.push(key);
                (Vec::new(), Row { ns: 0.0, ..row })
            });
            known.0.push(row.ns);
        }
    }
    if order.is_empty() {
        eprintln!("no operation has that in its name");
        std::process::exit(2);
    }
    println!("| operation | by | ns | fastest to slowest start | MB/s | allocations |\n|---|---|---:|---:|---:|---:|");
    for key in order {
        let (mut ns, row) = figures.remove(&key).expect("it was kept");
        ns.sort_by(f64::total_cmp);
        let (first, middle, last) = (ns[0], ns[ns.len() / 2], ns[ns.len() - 1]);
        let Row { operation, who, octets, allocations, .. } = row;
        let speed = octets as f64 * 1000.0 / middle;
        println!("| {operation} | {who} | {middle:.0} | {first:.0}–{last:.0} | {speed:.0} | {allocations} |");
    }
}
