// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/to-share.h"

#include <kj/debug.h>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/folder-programs.h"
#include "broker/base/service.h"
#include "broker/base/text.h"
#include "broker/grants/reach.h"
#include "broker/holder.h"
#include "broker/machines/offers.h"
#include "broker/named-object.h"
#include "broker/network-wish.h"
#include "broker/openers.h"
#include "broker/served-place.h"

namespace latchkey {
namespace {

constexpr size_t LONGEST_CHAIN = 15;  // With this machine it is what can be told.

void requireTitle(const std::string& title) {
  if (title.size() > MOST_OF_OFFERED_TITLE)
    fail("its name is longer than can be told: give it another one to share it by");
}

// Of what another machine offered.
Offer offerToPassOn(const Ledger& ledger, const GrantId& parent) {
  auto offer = offerBehind(ledger, parent);
  if (offer == nullptr || !ledger.isLive(parent)) fail("only what another machine shares can be passed on so");
  auto& from = KJ_ASSERT_NONNULL(offer);
  if (!from.mayPassOn) fail("its owner does not want it passed on");
  if (from.chain.size() >= LONGEST_CHAIN) fail("it has been passed on too often");
  return from;
}

// Its bytes go through as they are: so all of it, and as it was offered.
void passFilesOn(Grant& grant, const Grant& received, const std::string& name) {
  if (!name.empty()) fail("files are shared by their own name");
  grant.kind = received.kind;
  grant.object = received.object;
  grant.access = received.access;
}

Object passedOn(const Offer& from, const std::string& name) {
  auto service = serviceFrom(name.empty() ? from.title : from.title + " as " + name);
  if (service == nullptr) fail(brief(name, 60) + " is no name to share it by");
  requireTitle(KJ_ASSERT_NONNULL(service).title());
  return {.target = KJ_ASSERT_NONNULL(service).text(), .scope = Scope::Port};
}

// What is typed, as a service to be shared.
Object sharedService(const std::string& target, const std::string& name) {
  if (listenerFrom(target) == nullptr) {
    fail(brief(target, 60) +
         " is nothing to share: write APP:PORT for what an app listens on, @computer:PORT for a "
         "program of this computer");
  }
  auto service = serviceFrom(name.empty() ? target : target + " as " + name);
  KJ_IF_MAYBE (known, service) {
    // How it is reached here is nobody else's concern.
    auto shown = known->name.empty() ? Service{.source = known->source, .name = target} : *known;
    requireTitle(shown.name);
    return {.target = shown.text(), .scope = Scope::Port};
  }
  fail(brief(name, 60) + " is no name to share it by");
}

// What is typed, as an app to be started: an installed one, by a title of the person's or its id.
Object sharedApp(Ceilings& ceilings, const std::string& target, const std::string& name) {
  auto holder = Holder::ofApp(target);
  if (!isAppName(holder.app) || holder.app.contains(':'))
    fail(brief(target, 60) + " is no installed app: `latchkey apps` lists them");
  auto fault = ceilings.faultOfStart(holder.app);
  if (!fault.empty()) fail(fault);
  auto service = serviceFrom(name.empty() ? holder.text() : holder.text() + " as " + name);
  if (service == nullptr) fail(brief(name.empty() ? target : name, 60) + " is no name to share it by");
  requireTitle(KJ_ASSERT_NONNULL(service).title());
  return {.target = KJ_ASSERT_NONNULL(service).text(), .scope = Scope::Host};
}

// A file or a folder that is there, by its own name.
void requireShared(Ceilings& ceilings, const Grant& grant) {
  if (sftpServer().empty()) fail(SFTP_SERVER_MISSING);
  auto fault = faultOfServing(ceilings, grant);
  if (!fault.empty()) fail(fault);
  auto title = servedTitle(grant);
  auto service = serviceFrom(title);
  bool told = isUtf8(title) && escaped(title) == title && service != nullptr && KJ_ASSERT_NONNULL(service).name.empty();
  if (!told) fail("it has a name that another machine could not show: rename it first");
  requireTitle(title);
}

Object sharedDestination(const std::string& target) {
  auto destination = typedDestination(target);
  if (destination.protocol == Protocol::Any) destination.protocol = Protocol::Tcp;
  bool one = destination.host == Destination::Host::Name || destination.host == Destination::Host::Address;
  if (!one || destination.protocol != Protocol::Tcp || destination.firstPort == 0 ||
      destination.firstPort != destination.lastPort)
    fail("one host and port can be shared, such as db.example.org:5432");
  auto canonical = ownIfTyped(destination.text());
  requireTitle(canonical);
  return {.target = canonical, .scope = Scope::Port};
}

}  // namespace

kj::Promise<Grant> grantToShare(Ledger& ledger, Ceilings& ceilings, ToShare wanted) {
  Grant grant;
  grant.holder = holderOfMachine(wanted.machine);
  grant.kind = wanted.kind;
  grant.access = Access::Write;
  grant.lifetime = wanted.lifetime;
  grant.limits = wanted.limits;
  grant.origin = wanted.origin;
  grant.parent = wanted.parent;
  auto type = grant.lifetime.type;
  if (type == Lifetime::Type::Once || type == Lifetime::Type::Run)
    fail("a machine is no running program: share it for a time (8h), for so many uses, or always");
  if (grant.limits.bytesPerSecond != 0) fail("this version cannot slow down what is shared");
  if (grant.limits.bytesPerDay != 0) fail("this version does not count by the day what is shared");
  if (!grant.parent.empty()) {
    auto offer = offerToPassOn(ledger, grant.parent);
    auto received = ledger.find(grant.parent);
    if (hasPath(offer.kind)) {
      passFilesOn(grant, KJ_ASSERT_NONNULL(received), wanted.name);
    } else if (offer.kind == Kind::App) {
      if (!wanted.name.empty()) fail("an app goes on by the name that it came with");
      grant.kind = Kind::App;
      grant.object = KJ_ASSERT_NONNULL(received).object;
    } else {
      grant.kind = Kind::Service;
      grant.object = passedOn(offer, wanted.name);
    }
  } else if (hasPath(grant.kind)) {
    if (!wanted.name.empty()) fail("files are shared by their own name");
    grant.access = wanted.access;
    auto scope = wanted.kind == Kind::Folder ? Scope::Tree : Scope::File;
    schema::Descriptor::Client file = nullptr;
    KJ_IF_MAYBE (held, wanted.file) file = descriptorOf(kj::mv(*held));
    auto named = co_await namedObject(wanted.kind, {.path = wanted.target, .scope = scope}, kj::mv(file));
    if (named.kind != wanted.kind) fail(wanted.kind == Kind::Folder ? "that is a file" : "that is a folder");
    grant.object = kj::mv(named.object);
    requireShared(ceilings, grant);
  } else if (grant.kind == Kind::App) {
    grant.object = sharedApp(ceilings, wanted.target, wanted.name);
  } else if (grant.kind == Kind::Service) {
    grant.object = sharedService(wanted.target, wanted.name);
  } else if (grant.kind == Kind::Network) {
    if (!wanted.name.empty()) fail("a host of the network is shared by its own name");
    grant.object = sharedDestination(wanted.target);
  } else {
    fail("this version cannot share " + std::string(nameOf(grant.kind)) + " access");
  }
  if (grant.kind == Kind::App && grant.limits.bytes != 0) fail("no bytes of an app are counted: limit how often");
  auto fault = ceilings.fault(grant.holder, grant.kind, grant.object, grant.access);
  if (!fault.empty()) fail(fault);
  co_return kj::mv(grant);
}

}  // namespace latchkey
