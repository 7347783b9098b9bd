// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Questions and answers as plain data; the fields of broker/schema/request.capnp.

#include <kj/async.h>

#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/base/ids.h"
#include "broker/chooser.h"
#include "broker/grants/grant.h"
#include "broker/machines/wish.h"
#include "broker/network-wish.h"
#include "broker/schema/request.capnp.h"

namespace latchkey {

enum class RequestState : uint8_t { Waiting, Allowed, Denied, Never, Dismissed, TimedOut, Withdrawn, Unpresentable };
// The word for the journal.
std::string nameOf(RequestState state);

// What somebody wants to know of a person.
struct Question {
  std::string holder;
  InstanceId instance;
  Kind kind = Kind::File;
  Object object;
  Access access = Access::Read;
  std::string claim;  // Escaped and cut already.
  bool directory = false;
  bool create = false;
  int pid = 0;
  std::string program;  // Escaped.
  uint64_t size = 0;
  WallTime modified;
  // The person picks what it is about. Such a question is never equal to another, and no grant answers it.
  kj::Maybe<Chooser> chooser{};
  kj::Maybe<Opener> opener{};
  kj::Maybe<NetworkWish> network{};  // For reading: the target decides.
  // Another machine's person asks, and this one's picks which thing. Such questions are equal where the same is wanted.
  kj::Maybe<Wish> wish{};
  uint8_t stripe = 0;  // Of that machine.

  bool isPicking() const { return chooser != nullptr || opener != nullptr || wish != nullptr; }
};

struct Request {
  RequestId id;
  Question question;
  // Whose screen it belongs on: empty for the window, an instance for the terminal that instance runs on.
  InstanceId channel;
  WallTime since;
  Deadline deadline;
  RequestState state = RequestState::Waiting;
  std::vector<Scope> scopes;
  WallTime decided;
  GrantId grant;
  bool visible = false;
  bool mayBeFast = false;  // An answer of scope tree, for longer than once.
  uint32_t alsoWaiting = 0;
};

enum class Verdict : uint8_t { Allow, Deny, Never, Dismiss };

struct Answer {
  Verdict verdict = Verdict::Dismiss;
  Access access = Access::Read;
  Scope scope = Scope::File;
  Lifetime lifetime;
  bool fast = false;
  std::vector<Chosen> chosen{};
  uint32_t filter = 0;
  std::vector<Choice> choices{};
  std::string app{};  // Of an opener.
  Limits limits{};    // Of the network, and of a wish.
  // Of a wish: which, as it is typed, and what to call it there.
  std::string target{}, name{};
  bool mayPassOn = false;
};

// What the asker learns. Why it was declined is not for apps.
struct Decision {
  enum class Outcome : uint8_t { Granted, Declined, DeniedForRun };
  Outcome outcome = Outcome::Declined;
  GrantId grant{};                // The first of them.
  std::vector<GrantId> grants{};  // Of a chooser.
  uint32_t filter = 0;
  std::vector<Choice> choices{};
  std::string app{};  // Of an opener.
};

// Throws for numbers this version does not know. The message must stay until it is done.
kj::Promise<Answer> answerFrom(schema::Answer::Reader answer);
void toSchema(const Request& request, const std::string& name, schema::Request::Builder builder);

}  // namespace latchkey
