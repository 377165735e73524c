//! Rules whose numbers are easy to get wrong by one.

use super::*;
use crate::payments::{HOLD_UNIT, LONGEST_HOLD, WINDOW, error, instant};

const DELAY: u64 = 90_000;

fn initiate(model: &mut Model, config: &Abi::ChannelConfig) -> Outcome {
    let call = Abi::initiateWithdrawCall { config: config.clone(), amount: u128::MAX };
    call_as_payer(model, Calls::initiateWithdraw(call))
}

fn finalize(model: &mut Model, config: &Abi::ChannelConfig) -> Outcome {
    call_as_payer(model, Calls::finalizeWithdraw(Abi::finalizeWithdrawCall { config: config.clone() }))
}

fn call_as_payer(model: &mut Model, calls: Calls) -> Outcome {
    call(model, payer(), calls)
}

fn hold(model: &mut Model, config: &Abi::ChannelConfig, until: u64) -> Outcome {
    call_as_payer(model, Calls::hold(Abi::holdCall { config: config.clone(), until: instant(until) }))
}

#[test]
fn a_withdrawal_has_a_first_second_and_a_last() {
    let mut start = opened(&Setting::free());
    let config = channel(&mut start, payee(), 1, 1_000);
    let id = start.channel_id(&config);
    initiate(&mut start, &config).unwrap();
    let (first, last) = (START + DELAY, START + DELAY + WINDOW);
    let early = error(Abi::WithdrawTooEarly { channelId: id, earliest: instant(first) });
    let late = error(Abi::WithdrawExpired { channelId: id, latest: instant(last) });
    for (now, expected) in [(first - 1, Some(early)), (first, None), (last, None), (last + 1, Some(late))] {
        let mut model = start.clone();
        model.now = now;
        assert_eq!(finalize(&mut model, &config).err(), expected, "at {now}");
    }
}

#[test]
fn a_hold_is_rounded_up_and_has_a_bound() {
    let mut model = opened(&Setting::free());
    let config = channel(&mut model, payee(), 1, 1_000);
    let id = model.channel_id(&config);
    let (now, latest) = (START, START + LONGEST_HOLD);
    for until in [now, latest + 1] {
        let refusal =
            Abi::InvalidHold { channelId: id, until: instant(until), present: instant(now), latest: instant(latest) };
        assert_eq!(hold(&mut model, &config, until), Err(error(refusal)));
    }
    hold(&mut model, &config, now + 1).unwrap();
    let held = model.channel(id).held_until;
    assert!(held > now && held <= now + HOLD_UNIT && held.is_multiple_of(HOLD_UNIT), "{held}");
}

#[test]
fn a_withdrawal_that_a_hold_outlasts_can_be_announced_again() {
    let mut model = opened(&Setting::free());
    let config = channel(&mut model, payee(), 1, 1_000);
    let id = model.channel_id(&config);
    initiate(&mut model, &config).unwrap();
    let pending = error(Abi::WithdrawPending { channelId: id, initiatedAt: instant(START) });
    model.now += 10;
    assert_eq!(initiate(&mut model, &config), Err(pending));
    hold(&mut model, &config, START + DELAY + WINDOW + HOLD_UNIT).unwrap();
    initiate(&mut model, &config).unwrap();
    assert_eq!(model.channel(id).initiated_at, Some(START + 10));
}

#[test]
fn a_channel_that_was_closed_takes_nothing_more() {
    let mut model = opened(&Setting::free());
    let config = channel(&mut model, payee(), 1, 1_000);
    let id = model.channel_id(&config);
    initiate(&mut model, &config).unwrap();
    model.now += DELAY;
    finalize(&mut model, &config).unwrap();
    let (again, collector) = (config.clone(), Address::ZERO);
    let call = Abi::depositCall { config: again, amount: 1, collector, collectorData: Bytes::new() };
    assert_eq!(call_as_payer(&mut model, Calls::deposit(call)), Err(error(Abi::ChannelIsClosed { channelId: id })));
    let refused = error(Abi::ClaimRefused { channelId: id, reason: 4 });
    assert_eq!(claim(&mut model, &[row(&config, 500, 500)]), Err(refused));
    invariants::check(&model);
}

#[test]
fn a_payer_that_stops_pays_for_its_notice_whatever_it_does() {
    let mut model = opened(&Setting::free());
    let config = stream(&mut model, 10, 60, 1, 1_000);
    let id = stream_id(&config);
    done(&mut model, payer(), Calls::stopStream(Abi::stopStreamCall { config: config.clone() }));
    model.now += 20;
    let reclaim = |amount| Calls::reclaim(Abi::reclaimCall { config: config.clone(), amount });
    let under = Abi::UnderNotice { id, balance: U256::from(399), needed: U256::from(400) };
    assert_eq!(call_as_payer(&mut model, reclaim(401)), Err(error(under)));
    done(&mut model, payer(), reclaim(u128::MAX));
    model.now += 40;
    done(&mut model, actor(1), Calls::stopStream(Abi::stopStreamCall { config: config.clone() }));
    assert_eq!(model.books.paid(id), U256::from(600));
    let ended = error(Abi::StreamEnding { id, endsAt: instant(START + 60) });
    assert_eq!(call_as_payer(&mut model, Calls::stopStream(Abi::stopStreamCall { config })), Err(ended));
    invariants::check(&model);
}

#[test]
fn what_another_registry_said_is_forgotten() {
    let mut model = opened(&Setting::launch());
    let refresh = Calls::refreshProvider(Abi::refreshProviderCall { provider: payee() });
    done(&mut model, payer(), refresh);
    assert_eq!(model.active_until(payee()), START + 3_600);
    model.now += 1;
    let value = Setting::launch().params(REGISTRIES[1], TREASURY);
    done(&mut model, OWNER, Calls::setParams(Abi::setParamsCall { value }));
    assert_eq!(model.active_until(payee()), 0);
}
