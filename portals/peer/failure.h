// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Why something with another machine did not work, as one word: the exception's text is the name of an enumerant and no
// more, so that nothing of ours is told to another machine, and nothing of theirs is shown here.

#include <kj/async.h>
#include <kj/timer.h>

#include "broker/schema/peer-portal.capnp.h"

namespace latchkey::peer {

using Why = schema::LinkFailure::Why;
using ThingWhy = schema::ThingFailure::Why;
using Reason = schema::Machine::Reason;

kj::Exception failure(Why why);
kj::Exception failure(ThingWhy why);
[[noreturn]] void fail(Why why);
[[noreturn]] void fail(ThingWhy why);

// What such an exception says, also when it was thrown elsewhere; of any other, `broken` or `unknown`.
Why whyOf(const kj::Exception& exception);
ThingWhy thingWhyOf(const kj::Exception& exception);
// Somebody else said it, and could have said anything.
bool isFromAfar(const kj::Exception& exception);

// What is not there in time fails as `silent`.
template <typename T>
kj::Promise<T> within(kj::Timer& timer, kj::Duration time, kj::Promise<T> promise) {
  return promise.exclusiveJoin(timer.afterDelay(time).then([]() -> kj::Promise<T> { return failure(Why::SILENT); }));
}

}  // namespace latchkey::peer
