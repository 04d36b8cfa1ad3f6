//! Which rates apply to one instance (LEDG-2).

use crate::units::{Meter, Money, MoneyOverflow, Problem, Rate};
use crate::world::PriceBook;
use rust_decimal::{Decimal, RoundingStrategy};

/// The rates of one instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rates {
    /// USD per hour in billed states.
    pub compute: Rate,
    /// One P10 disk, USD per month.
    pub os_disk: Rate,
    /// USD per hour; none without a public IP.
    pub public_ip: Option<Rate>,
    /// USD per hour; none without a public IP.
    pub load_balancer: Option<Rate>,
}

impl Rates {
    /// The rates that apply, meter by meter in ledger order.
    pub fn by_meter(&self) -> impl Iterator<Item = (Meter, Rate)> {
        [
            Some((Meter::Compute, self.compute)),
            Some((Meter::OsDisk, self.os_disk)),
            self.public_ip.map(|r| (Meter::PublicIp, r)),
            self.load_balancer.map(|r| (Meter::LoadBalancer, r)),
        ]
        .into_iter()
        .flatten()
    }
}

impl Rates {
    /// LEDG-4: what the standing meters cost for this long, each rounded once.
    ///
    /// # Errors
    /// [`MoneyOverflow`] beyond what an amount can hold.
    pub fn standing(&self, seconds: i64) -> Result<Money, MoneyOverflow> {
        let meters = self.by_meter().filter(|(meter, _)| *meter != Meter::Compute);
        meters.map(|(_, rate)| rate.cost(seconds)).sum::<Result<Money, _>>()
    }
}

/// Decimals of a shared load balancer's rate: the ledger shows and uses this rounded rate.
const SHARED_RATE_DECIMALS: u32 = 12;

/// The rates of an instance of `vm_size` in `region`. A load balancer shared by `sharing` instances
/// costs each its part, rounded half to even to twelve decimals.
///
/// # Errors
/// The price book's problem for a price that is not known; never zero instead.
pub fn rates_for(
    book: &PriceBook,
    region: &str,
    vm_size: &str,
    public_ip: bool,
    sharing: u32,
) -> Result<Rates, Problem> {
    let standing = |meter| book.standing(meter, region).map(|p| p.rate);
    let shared = |rate: Rate| {
        let part = rate.usd / Decimal::from(sharing.max(1));
        let strategy = RoundingStrategy::MidpointNearestEven;
        Rate { usd: part.round_dp_with_strategy(SHARED_RATE_DECIMALS, strategy), ..rate }
    };
    Ok(Rates {
        compute: book.compute(region, vm_size)?.rate,
        os_disk: standing(Meter::OsDisk)?,
        public_ip: public_ip.then(|| standing(Meter::PublicIp)).transpose()?,
        load_balancer: public_ip.then(|| standing(Meter::LoadBalancer).map(shared)).transpose()?,
    })
}
