//! Energy of a request, estimated from published measurements.
//!
//! E = PUE · host · ((input − cached) · prefill(P) + output · decode(P)), where P is the model's number of parameters.
//!
//! - `prefill`: 2·P floating-point operations a token on an H100 (989 TFLOPS bf16, 700 W) at 40 to 50 % utilisation.
//! - `decode`: joules an output token on H100s by ML.ENERGY (leaderboard v3, LM-Arena chat), interpolated in log P: the
//!   best batch, 64 sequences at once, and 8. The batch changes it tenfold, and providers do not tell theirs.
//! - `host`: accelerators take 58 to 70 % of a server's energy (Google, median Gemini prompt, May 2025).
//! - PUE from 1.1 to 1.5.
//!
//! The estimate is for dense models of known size in a data centre. Where the size is not in the name, or the server is
//! a machine of one's own, there is none.

use loopwright_core::{MicroJoules, Usage};

use crate::RemoteModel;

/// How much energy a request took: the middle of the assumptions, and both ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnergyEstimate {
    /// All assumptions in the provider's favour.
    pub low: MicroJoules,
    /// The middle.
    pub middle: MicroJoules,
    /// All assumptions against it.
    pub high: MicroJoules,
}

/// One end or the middle of the assumptions.
struct Assumption {
    power_usage: f64,
    host: f64,
    utilisation: f64,
    /// Joules an output token, at each of [`SIZES`].
    decode: [f64; 4],
}

/// Sizes that were measured, in billions of parameters: Llama-3.1-8B, Qwen3-32B, Llama-3.1-70B, Llama-3.1-405B.
const SIZES: [f64; 4] = [8.0, 32.0, 70.0, 405.0];

const LOW: Assumption =
    Assumption { power_usage: 1.1, host: 1.0 / 0.70, utilisation: 0.50, decode: [0.070, 0.228, 0.373, 2.06] };
const MIDDLE: Assumption =
    Assumption { power_usage: 1.2, host: 1.0 / 0.64, utilisation: 0.45, decode: [0.119, 0.367, 0.797, 3.08] };
const HIGH: Assumption =
    Assumption { power_usage: 1.5, host: 1.0 / 0.58, utilisation: 0.40, decode: [0.455, 1.627, 3.759, 13.98] };

/// Servers that run on a machine of one's own.
const OWN_MACHINE: [&str; 3] = ["ollama", "llamacpp", "lmstudio"];

/// How much energy a request to `model` took; `None` when there is no method for it.
pub fn energy_estimate(model: &RemoteModel, usage: Usage) -> Option<EnergyEstimate> {
    let size = size(&model.model).filter(|_| !OWN_MACHINE.contains(&model.provider.name))?;
    let by = |assumption: &Assumption| MicroJoules((assumption.joules(size, usage) * 1e6).round() as u64);
    Some(EnergyEstimate { low: by(&LOW), middle: by(&MIDDLE), high: by(&HIGH) })
}

impl Assumption {
    fn joules(&self, size: f64, usage: Usage) -> f64 {
        let prefill = 2.0 * size * 1e9 / (989e12 * self.utilisation) * 700.0;
        let read = usage.input().saturating_sub(usage.cached()) as f64;
        self.power_usage * self.host * (read * prefill + usage.output() as f64 * self.decode_at(size))
    }

    /// Interpolated between the sizes that were measured, in logarithms; beyond them by the nearest two.
    fn decode_at(&self, size: f64) -> f64 {
        let above = SIZES[1..3].iter().take_while(|known| **known < size).count();
        let (from, to) = (SIZES[above], SIZES[above + 1]);
        let share = (size / from).ln() / (to / from).ln();
        self.decode[above] * (self.decode[above + 1] / self.decode[above]).powf(share)
    }
}

/// Billions of parameters as a dense model's name tells them, such as `llama-3.1-8b-instruct`. Names that tell active
/// parameters (`-a3b`) or experts (`8x7b`) are of sparse models.
fn size(name: &str) -> Option<f64> {
    let name = name.to_lowercase();
    let pieces = || name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let is_sparse = |piece: &str| {
        let active = piece.strip_prefix('a').and_then(billions);
        active.is_some() || piece.split_once('x').is_some_and(|(_, each)| billions(each).is_some())
    };
    if pieces().any(is_sparse) {
        return None;
    }
    pieces().find_map(billions)
}

fn billions(piece: &str) -> Option<f64> {
    let number: f64 = piece.strip_suffix('b')?.parse().ok()?;
    (0.1..=2000.0).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ModelRef;

    fn estimate(reference: &str, usage: Usage) -> Option<EnergyEstimate> {
        let ModelRef::Remote(model) = reference.parse().unwrap() else { panic!() };
        energy_estimate(&model, usage)
    }

    #[test]
    fn sizes_stand_in_names() {
        for (name, billions) in
            [("llama-3.1-8b-instant", 8.0), ("meta-llama/Llama-3.3-70B-Instruct", 70.0), ("qwen3:0.6b", 0.6)]
        {
            assert_eq!(size(name), Some(billions), "{name}");
        }
        for name in ["gpt-5-mini", "qwen3-30b-a3b", "mixtral-8x7b", "claude-sonnet-4-5", "b", "nanb"] {
            assert_eq!(size(name), None, "{name}");
        }
    }

    #[test]
    fn what_was_measured_is_met_and_cached_tokens_are_free() {
        let one = Usage::new(0, 0, 1_000, 0);
        let middle = estimate("groq:llama-3.1-8b", one).unwrap().middle.joules();
        assert!((middle - 1.2 / 0.64 * 119.0).abs() < 1e-3, "{middle}");
        let largest = estimate("groq:llama-3.1-405b", one).unwrap();
        assert!((largest.low.joules() - 1.1 / 0.70 * 2060.0).abs() < 1e-3);
        assert!(largest.low < largest.middle && largest.middle < largest.high);
        let usage = |cached| estimate("groq:llama-3.3-70b", Usage::new(1_000, cached, 0, 0)).unwrap().middle.joules();
        assert!((usage(0) - 1.2 / 0.64 * 1_000.0 * 0.2202).abs() < 0.1, "{}", usage(0));
        assert!(usage(1_000) == 0.0 && (usage(500) * 2.0 - usage(0)).abs() < 1e-3);
    }

    #[test]
    fn no_method_no_number() {
        let one = Usage::new(1, 0, 1, 0);
        assert_eq!(estimate("openai:gpt-5-mini", one), None);
        assert_eq!(estimate("ollama:llama3:8b", one), None);
    }
}
