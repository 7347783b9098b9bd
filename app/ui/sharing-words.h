// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What is shared between machines, in plain words.

#include "app/ui/sharing-records.h"

namespace latchkey::ui::wording {

// What kind of thing it is: "A service", "A computer of its network". Ours, where the title is theirs.
QString offerKind(const MachineOffer& offer);
// "until tomorrow · at most 10 uses · 500 MB · you may pass it on"
QString offerTerms(const MachineOffer& offer);
// "Offered 14:02", "Ended by its owner · yesterday"; of one in use it depends on what hangs on it.
QString offerState(const MachineOffer& offer, bool reachable, const QList<Grant>& uses);
// The way it came, the origin first: "Home server → Anna's laptop". Empty: straight from its owner.
QString offerChain(const MachineOffer& offer, const QString& from);
// The title inside a sentence; never empty.
QString offerTitle(const QString& title);

// Something that was made of another machine's offer, by the title it was offered with: whatever that looks like, it is
// theirs and nothing of this machine.
QString receivedThing(const Object& object);

// What another machine is asked for, inside a sentence: "the folder “Garden”", "a service".
QString wished(Terms::Kind kind, const QString& name);
// "waiting for an answer · 14:02", "given", "not given", why it could not be asked for.
QString wishState(const MachineWish& wish);

// Of a grant that a machine holds, beside how long: "3 of 10 uses · not accepted yet". `from`: who shared it first.
QString shareNote(const Grant& grant, const ShareMark& mark, const QString& from);

// What is to be shared, as one or more sentences. `thing`: in our words.
QString shareSentence(const QString& machine, const QString& thing, const ShareOrder& order);

// "500 MB", "2 GB", "1,5 GB"; nothing for what is no size.
std::optional<quint64> sizeFrom(const QString& typed);
// "10"; nothing for what is no number of times.
std::optional<quint64> countFrom(const QString& typed);

}  // namespace latchkey::ui::wording
