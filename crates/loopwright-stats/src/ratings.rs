//! Categories that several raters (people, judges) gave to the same units.

/// The ratings of units by raters. Invariant: every row has one place for each rater, and every category is below
/// [`Ratings::categories`].
///
/// ```
/// use loopwright_stats::Ratings;
///
/// // Three traces, two raters, categories 0 = fail and 1 = pass; the second rater skipped one.
/// let ratings = Ratings::new(vec![vec![Some(1), Some(1)], vec![Some(0), None], vec![Some(0), Some(1)]], 2)?;
/// assert_eq!((ratings.units(), ratings.raters()), (3, 2));
/// # Ok::<(), loopwright_stats::RatingsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    rows: Vec<Vec<Option<usize>>>,
    categories: usize,
}

impl Ratings {
    /// Ratings from one row a unit, one place a rater; `None` where a rater did not rate. Categories are numbered from
    /// 0, in their natural order where they have one.
    ///
    /// # Errors
    /// [`RatingsError`] when there is nothing, rows differ in length, or a category is out of range.
    pub fn new(rows: Vec<Vec<Option<usize>>>, categories: usize) -> Result<Ratings, RatingsError> {
        let raters = rows.first().map_or(0, Vec::len);
        if raters < 2 || categories < 2 {
            return Err(RatingsError::TooFew { raters, categories });
        }
        for (unit, row) in rows.iter().enumerate() {
            if row.len() != raters {
                return Err(RatingsError::Ragged { unit, expected: raters, found: row.len() });
            }
            if let Some(&category) = row.iter().flatten().find(|&&category| category >= categories) {
                return Err(RatingsError::OutOfRange { unit, category, categories });
            }
        }
        Ok(Ratings { rows, categories })
    }

    /// How many units were rated.
    pub fn units(&self) -> usize {
        self.rows.len()
    }

    /// How many raters there are.
    pub fn raters(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// How many categories there are.
    pub fn categories(&self) -> usize {
        self.categories
    }

    pub(crate) fn row(&self, unit: usize) -> &[Option<usize>] {
        &self.rows[unit]
    }

    /// How often each category was given to a unit, and how many ratings that is.
    pub(crate) fn counts(&self, unit: usize) -> (Vec<f64>, f64) {
        let mut counts = vec![0.0; self.categories];
        for &category in self.rows[unit].iter().flatten() {
            counts[category] += 1.0;
        }
        let total = counts.iter().sum();
        (counts, total)
    }
}

/// Rows that are not ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RatingsError {
    /// Agreement needs two raters and two categories.
    #[error("read ratings: found {raters} raters and {categories} categories; at least 2 of each are needed")]
    TooFew {
        /// Raters found.
        raters: usize,
        /// Categories given.
        categories: usize,
    },
    /// A row has another number of raters than the first.
    #[error("read ratings: unit {unit} has {found} places for raters where the first has {expected}")]
    Ragged {
        /// The unit, counted from 0.
        unit: usize,
        /// Raters of the first unit.
        expected: usize,
        /// Raters of this unit.
        found: usize,
    },
    /// A category is not below the number of categories.
    #[error("read ratings: unit {unit} has category `{category}` of only {categories}, numbered from 0")]
    OutOfRange {
        /// The unit, counted from 0.
        unit: usize,
        /// The category.
        category: usize,
        /// Categories given.
        categories: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_parsed() {
        assert_eq!(Ratings::new(vec![], 2), Err(RatingsError::TooFew { raters: 0, categories: 2 }));
        let ragged = Ratings::new(vec![vec![Some(0), None], vec![Some(0)]], 2);
        assert_eq!(ragged, Err(RatingsError::Ragged { unit: 1, expected: 2, found: 1 }));
        let beyond = Ratings::new(vec![vec![Some(0), Some(2)]], 2);
        assert_eq!(beyond, Err(RatingsError::OutOfRange { unit: 0, category: 2, categories: 2 }));
    }
}
