//! Addresses without `sockaddr`.

use core::net::{IpAddr, SocketAddr};

/// An IPv4 or IPv6 address with a port.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct fonap_address {
    /// 4 or 6; 0 stands for no address.
    pub family: u8,
    /// The address in network order. IPv4 has the first four octets.
    pub octets: [u8; 16],
    /// The port, in the order of the host.
    pub port: u16,
}

impl From<SocketAddr> for fonap_address {
    fn from(address: SocketAddr) -> Self {
        Self { port: address.port(), ..Self::from(address.ip()) }
    }
}

impl From<IpAddr> for fonap_address {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(v4) => {
                let [a, b, c, d] = v4.octets();
                Self { family: 4, octets: [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], port: 0 }
            }
            IpAddr::V6(v6) => Self { family: 6, octets: v6.octets(), port: 0 },
        }
    }
}

impl fonap_address {
    /// The address without the port, if there is one.
    pub(crate) fn ip(&self) -> Result<IpAddr, crate::fonap_result> {
        let [a, b, c, d, ..] = self.octets;
        match self.family {
            4 => Ok(IpAddr::from([a, b, c, d])),
            6 => Ok(IpAddr::from(self.octets)),
            _ => Err(crate::fonap_result::Argument),
        }
    }

    /// The address with the port, if there is one.
    pub(crate) fn socket(&self) -> Result<SocketAddr, crate::fonap_result> {
        Ok(SocketAddr::new(self.ip()?, self.port))
    }
}
