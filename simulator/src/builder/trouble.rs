//! What a simulator does that a quiet service in good order does not.

use std::time::Duration;

use super::SimulatorBuilder;
use crate::churn::{Churn, Churning};
use crate::fault::Rule;
use crate::habits::Habits;
use crate::throttle::Throttle;

impl SimulatorBuilder {
    /// Refuses the requests of a caller who sends too many; no one is throttled unless this is set.
    ///
    /// ```
    /// # fn example() -> Result<(), String> {
    /// let builder = dataarts_simulator::Simulator::builder().throttle("40/10s".parse()?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = Some(throttle);
        self
    }

    /// Lets tasks come, go and change after every list request that was answered. The same tasks, the same seed and the
    /// same requests give the same changes, whatever the clock shows.
    ///
    /// ```
    /// # fn example() -> Result<(), String> {
    /// let builder = dataarts_simulator::Simulator::builder().churn("inserts=0.5,deletes=0.5".parse()?, 42);
    /// # Ok(())
    /// # }
    /// ```
    pub fn churn(mut self, churn: Churn, seed: u64) -> Self {
        self.churning = Some(Churning::new(churn, seed));
        self
    }

    /// Lets every answer take this much longer, in real time.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = dataarts_simulator::Simulator::builder().latency(Duration::from_millis(20));
    /// ```
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Gives at most so many tasks on a page, however many are asked for.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().generated_tasks(500, 0).page_cap(20);
    /// ```
    pub fn page_cap(mut self, tasks: u32) -> Self {
        self.settings.page_shape.cap = Some(tasks);
        self
    }

    /// Whether the first page comes again where an offset lies past the end, as another part of the product does.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().demo_data().repeat_first_page(true);
    /// ```
    pub fn repeat_first_page(mut self, repeat: bool) -> Self {
        self.settings.page_shape.repeat_first = repeat;
        self
    }

    /// Sets what is done where no document says what the service does; unless set, what the crate's documentation says.
    ///
    /// ```
    /// let builder = dataarts_simulator::Simulator::builder().demo_data().habits("name=whole,unset=null".parse()?);
    /// # Ok::<(), String>(())
    /// ```
    pub fn habits(mut self, habits: Habits) -> Self {
        self.settings.habits = habits;
        self.settings.page_shape.in_pages = habits.offset_in_pages;
        self
    }

    /// Adds a rule by which answers go wrong. May be called more than once.
    ///
    /// ```
    /// use dataarts_simulator::{Fault, Operation, Rule, RuleError, Simulator};
    ///
    /// let builder = Simulator::builder()
    ///     .fault(Rule::new(Operation::Show, Fault::Gzip))
    ///     .fault("list,page=3,times=2:status=503,body=html".parse()?);
    /// # Ok::<(), RuleError>(())
    /// ```
    pub fn fault(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }
}
