//! Punycode, encoding only (RFC 3492). Libraries for it bring Unicode tables that this project does not need twice.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// Appends the encoded form of `label`, without the prefix `xn--`. `None` on overflow.
pub(super) fn encode(out: &mut String, label: &str) -> Option<()> {
    let total = u32::try_from(label.chars().count()).ok()?;
    out.extend(label.chars().filter(char::is_ascii));
    let basic = u32::try_from(label.chars().filter(char::is_ascii).count()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0u32, INITIAL_BIAS, basic);
    while handled < total {
        let next = label.chars().map(u32::from).filter(|c| *c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for c in label.chars().map(u32::from) {
            if c < n {
                delta = delta.checked_add(1)?;
            } else if c == n {
                push_number(out, delta, bias)?;
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(())
}

/// Appends a variable-length integer (RFC 3492 §3.3).
fn push_number(out: &mut String, mut q: u32, bias: u32) -> Option<()> {
    let mut k = BASE;
    loop {
        let t = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if q < t {
            out.push(digit(q)?);
            return Some(());
        }
        out.push(digit(t + (q - t) % (BASE - t))?);
        q = (q - t) / (BASE - t);
        k += BASE;
    }
}

/// 0 to 25 are letters, 26 to 35 digits, which is not the order of `char::from_digit`.
fn digit(value: u32) -> Option<char> {
    char::from_digit((value + 10) % BASE, BASE)
}

/// Bias adaptation (RFC 3492 §3.4).
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 3492 §7.1
    #[test]
    fn samples_of_the_rfc() {
        for (text, code) in [
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("pročprostěnemluvíčesky", "proprostnemluvesky-uyb24dma41a"),
            ("bücher", "bcher-kva"),
        ] {
            let mut out = String::new();
            assert_eq!(encode(&mut out, text), Some(()));
            assert_eq!(out, code);
        }
    }
}
