// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What the window knows of what is shared between machines: sharing.capnp as plain Qt values.

#include "app/ui/chooser-records.h"
#include "app/ui/records.h"

namespace latchkey::ui {

// What the last start of another machine's app has come to.
struct FarRun {
  enum class State { None, Starting, Running, Exited, Signalled, Failed };
  State state = State::None;
  int code = 0;  // The status, or the signal.
  Nanos since = 0;
  bool live() const { return state == State::Starting || state == State::Running; }
  bool operator==(const FarRun&) const = default;
};

// What another machine offers to this one.
struct MachineOffer {
  enum class State { New, Accepted, Declined, Over };
  enum class Cause { None, EndedByOwner, Expired, UsedUp, OwnerLost, Suspended, Replaced };
  QString id;
  QString machine;
  Terms::Kind kind = Terms::Kind::Service;
  Terms::Access access = Terms::Access::Read;  // Of files.
  QString title;                               // Their words, as are `chain` and `service`.
  Nanos until = 0;
  quint64 uses = 0;  // Limits; 0: none.
  quint64 bytes = 0;
  bool mayPassOn = false;
  QStringList chain;
  QString service;
  Nanos since = 0;
  State state = State::New;
  Cause cause = Cause::None;
  QString why;
  bool suspended = false;
  Nanos over = 0;
  QString grant;
  FarRun run;       // Of an app.
  QString refused;  // Likewise: why it was not started lately.
  bool ended() const { return state == State::Declined || state == State::Over; }
  bool ofFiles() const { return kind == Terms::Kind::File || kind == Terms::Kind::Folder; }
  bool ofApp() const { return kind == Terms::Kind::App; }
  bool startable() const { return ofApp() && state == State::Accepted && !suspended && !run.live(); }
  // This version can give it to an app.
  bool usable() const {
    return !ended() && (kind == Terms::Kind::Service || kind == Terms::Kind::Network || ofFiles());
  }
  bool operator==(const MachineOffer&) const = default;
};

// Of a grant that a machine holds.
struct ShareMark {
  QString grant;
  bool mayPassOn = false;
  bool taken = false;
  bool operator==(const ShareMark&) const = default;
};

// What is to be shared.
struct ShareOrder {
  QString machine;
  Terms::Kind kind = Terms::Kind::Service;
  QString target;
  QString name;
  Lifetime lifetime;
  quint64 uses = 0;
  quint64 bytes = 0;
  bool mayPassOn = false;
  Terms::Access access = Terms::Access::Read;  // Of files.
  QString parent;                              // Of what another machine offered; then it is passed on.
  std::shared_ptr<const HeldFile> object{};    // Of a file or folder that answers: what is at `target`.
};

// What another machine is to be asked for.
struct WishOrder {
  QString machine;
  Terms::Kind kind = Terms::Kind::Folder;
  QString name;                                // As far as it is known here.
  QString claim;                               // Why.
  Terms::Access access = Terms::Access::Read;  // Of files.
  quint64 seconds = 0;                         // 0: `always`, or as the other person likes.
  bool always = false;
};

// What another machine was asked for.
struct MachineWish {
  enum class State { Waiting, Given, Declined, Withdrawn, Failed };
  QString id;
  QString machine;
  Terms::Kind kind = Terms::Kind::Folder;
  QString name;
  Nanos since = 0;
  Nanos decided = 0;
  State state = State::Waiting;
  QString why;
  bool waits() const { return state == State::Waiting; }
  bool operator==(const MachineWish&) const = default;
};

// What another machine offered is a grant of this holder.
inline QString holderFrom(const QString& machine) { return QStringLiteral("from:") + machine; }
inline bool isReceived(const Grant& grant) { return grant.holder.startsWith(QStringLiteral("from:")); }
inline bool isShare(const Grant& grant) { return grant.holder.startsWith(QStringLiteral("machine:")); }

}  // namespace latchkey::ui
