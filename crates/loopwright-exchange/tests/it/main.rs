//! What the readers make of whole files, good and bad.

#[cfg(test)]
mod bfcl;
#[cfg(test)]
mod chance;
#[cfg(test)]
mod data_set;
#[cfg(test)]
mod garbage;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod inspect_mutation;
#[cfg(test)]
mod lm_eval;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod openai_log;
#[cfg(test)]
mod promptfoo;
#[cfg(test)]
mod promptfoo_results;
#[cfg(test)]
mod tau2;
#[cfg(test)]
mod tau_bench;
