// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app is connected with, or wants to be: a TCP connection, or datagrams between the same two ends.

#include <kj/async.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/base/clock.h"
#include "broker/base/listening.h"
#include "portals/network/packet.h"
#include "portals/network/relay.h"

namespace latchkey::network {

// One grant as a sandbox is bound by it; or a standing refusal.
struct Grant {
  enum class State { Active, Suspended, Ended };

  std::string id;
  Destination destination;
  kj::Maybe<Listening> listening;  // Instead of it: who comes from outside is let in there.
  bool service = false;            // What is at `destination` is not outside: see Desk::dial.
  Deadline deadline;               // Of those two. Of the others the policy keeps it.
  bool deny = false;
  bool once = false;
  State state = State::Active;
  std::shared_ptr<Meter> meter = std::make_shared<Meter>();  // One for all sandboxes that hold it.
  uint32_t live = 0;
  uint64_t uses = 0, bytesIn = 0, bytesOut = 0;
  WallTime used;
};
using GrantRef = std::shared_ptr<Grant>;

class Link : public Tally {
public:
  enum class State { Held, Connecting, Open, Ended };

  Link(const Destination& destination, const Flow& ends) : wanted(destination), flow(ends) {}

  uint64_t id = 0;
  Destination wanted;
  Flow flow;
  State state = State::Held;
  GrantRef grant;
  std::shared_ptr<Meter> appMeter;  // Of all that its app is connected with.
  Destination decided;              // What the grant was found for: `wanted`, or where that leads.
  std::string visitor;              // Of one from outside, instead of what is wanted: who came, and to what.
  std::string address;              // Outside, once it is known.
  Ending ending = Ending::NONE;
  WallTime since, used, ended;
  uint64_t bytesIn = 0, bytesOut = 0;
  std::string program;
  int pid = 0;
  bool isWatched = false;  // By sock_diag: ends when the app's socket does.

  // Ends it now, on both sides. From outside of its own work only.
  void cut(Ending why) {
    if (ending == Ending::NONE) ending = why;
    canceler.cancel("cut");
  }

  size_t allowed(size_t wanted, kj::TimePoint now) override {
    if (grant) wanted = grant->meter->allowed(wanted, now);
    return appMeter ? appMeter->allowed(wanted, now) : wanted;
  }
  void passedOut(size_t bytes) override { count(bytesOut, &Grant::bytesOut, bytes); }
  void passedIn(size_t bytes) override { count(bytesIn, &Grant::bytesIn, bytes); }

  kj::Canceler canceler;
  bool fresh = false;  // Bytes have passed since this was last cleared.

private:
  void count(uint64_t& own, uint64_t Grant::* ofGrant, size_t bytes) {
    own += bytes;
    fresh = true;
    if (appMeter) appMeter->passed(bytes);
    if (!grant) return;
    grant->meter->passed(bytes);
    (*grant).*ofGrant += bytes;
  }
};
using LinkRef = std::shared_ptr<Link>;

// Where a wish leads.
struct Way {
  enum class Kind { Refused, NotFound, Open, Later };  // Later: nobody can be asked at the moment; be silent.
  Kind kind = Kind::Refused;
  std::vector<Address> addresses;
  bool service = false;  // Open: none of them, but what the broker connects with.
};

// What the parts that speak a protocol want from the sandbox that they are of.
class Desk {
public:
  virtual ~Desk() = default;
  // What is behind an address inside. Nothing: an address that was given to no name.
  virtual kj::Maybe<Destination> destinationOf(const Endpoint& far, Protocol protocol) = 0;
  // False if there are too many: then it was as if nothing had come.
  virtual bool began(LinkRef link) = 0;
  // Waits until it is decided, and finds out where it leads. Sets the link's grant.
  virtual kj::Promise<Way> findWay(LinkRef link) = 0;
  // Of one that came to a port of ours: whether it may, by this grant. It has begun then.
  virtual bool admit(const LinkRef& link, const GrantRef& grant) = 0;
  // A connection with the service that this grant is for. None: it cannot be had.
  virtual kj::Promise<kj::AutoCloseFd> dial(GrantRef grant) = 0;
  virtual void opened(Link& link) = 0;
  virtual void over(LinkRef link) = 0;
  virtual void toApp(kj::ArrayPtr<const kj::byte> packet) = 0;
  virtual kj::Promise<void> ensureGate() = 0;
  // Bytes of a question to a name server, and of its answer. None: no answer.
  virtual kj::Promise<kj::Array<kj::byte>> answerNames(kj::Array<kj::byte> query, Protocol transport) = 0;
};

constexpr uint16_t NAMES_PORT = 53;

}  // namespace latchkey::network
