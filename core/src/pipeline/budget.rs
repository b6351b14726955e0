//! A budget of retries, shared by the clones of a client, so that an outage is not multiplied.
//!
//! Capacity and costs are those of the AWS SDKs' standard mode: 500 tokens, 5 for a retry, 10 after a timeout, 1 back for
//! a success. That is a hundred retries to get over a short fault, and in the long run one for every five successes, the
//! same fifth that reqwest's own budget grants. A retry that succeeds gives back 1 like any other call, not its whole
//! cost: so the retries never exceed 100 and a fifth of the successes, whatever the pattern of the faults.

use std::sync::atomic::{AtomicU32, Ordering};

const CAPACITY: u32 = 500;
const GIVEN_BACK: u32 = 1;

/// What a retry takes from the budget.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cost {
    /// After a quick refusal or a broken connection.
    Ordinary,
    /// After a timeout: it bound a connection for long, and is how an overload looks from outside.
    Timeout,
}

impl Cost {
    const fn tokens(self) -> u32 {
        match self {
            Self::Ordinary => 5,
            Self::Timeout => 10,
        }
    }
}

/// The tokens that are left; full at the start.
#[derive(Debug)]
pub(crate) struct Budget {
    tokens: AtomicU32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { tokens: AtomicU32::new(CAPACITY) }
    }
}

impl Budget {
    /// Takes what a retry costs; `false`, and nothing taken, where that much is not left.
    pub(crate) fn withdraw(&self, cost: Cost) -> bool {
        // Relaxed throughout: the number itself is all that threads share.
        self.tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(cost.tokens()))
            .is_ok()
    }

    /// Deposits a part of what a retry costs, for a call that the service answered below HTTP 500.
    pub(crate) fn deposit(&self) {
        let more = |tokens: u32| (tokens < CAPACITY).then(|| tokens.saturating_add(GIVEN_BACK));
        // Refused when full, so that a healthy service costs a read and no write.
        let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use proptest::prelude::*;

    use super::{Budget, CAPACITY, Cost};

    fn left(budget: &Budget) -> u32 {
        budget.tokens.load(Ordering::Relaxed)
    }

    #[test]
    fn a_full_budget_allows_a_hundred_retries_or_fifty_after_timeouts() {
        for (cost, retries) in [(Cost::Ordinary, 100), (Cost::Timeout, 50)] {
            let budget = Budget::default();
            assert_eq!((0..1_000).filter(|_| budget.withdraw(cost)).count(), retries, "{cost:?}");
        }
    }

    #[test]
    fn what_cannot_be_paid_takes_nothing() {
        let budget = Budget::default();
        while budget.withdraw(Cost::Ordinary) {}
        (0..7).for_each(|_| budget.deposit());
        assert!(!budget.withdraw(Cost::Timeout));
        assert_eq!(left(&budget), 7);
        assert!(budget.withdraw(Cost::Ordinary));
        assert_eq!(left(&budget), 2);
    }

    #[test]
    fn successes_never_fill_it_beyond_its_capacity() {
        let budget = Budget::default();
        budget.deposit();
        assert_eq!(left(&budget), CAPACITY);
    }

    #[test]
    fn threads_together_take_what_is_there_and_no_more() {
        let budget = Budget::default();
        let taken: usize = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| (0..100).filter(|_| budget.withdraw(Cost::Ordinary)).count())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(taken, 100);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn retries_stay_below_a_hundred_and_a_fifth_of_the_successes(
            events in prop::collection::vec(0..3_u8, 0..2_000),
        ) {
            let budget = Budget::default();
            let (mut retries, mut successes) = (0, 0);
            for event in events {
                match event {
                    0 => retries += u32::from(budget.withdraw(Cost::Ordinary)),
                    1 => retries += u32::from(budget.withdraw(Cost::Timeout)),
                    _ => {
                        budget.deposit();
                        successes += 1;
                    }
                }
                prop_assert!(retries <= 100 + successes / 5, "{retries} retries, {successes} successes");
                prop_assert!(left(&budget) <= CAPACITY);
            }
        }
    }
}
