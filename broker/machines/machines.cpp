// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/machines/machines.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/log.h"
#include "broker/base/text.h"
#include "broker/machines/wire.h"
#include "broker/schema/machine.capnp.h"

namespace latchkey {
namespace {

constexpr auto LOOK_EVERY = 30 * kj::SECONDS;
constexpr auto TELL_PATIENCE = 1 * kj::SECONDS;
constexpr auto KNOW_PATIENCE = 3 * kj::SECONDS;
constexpr auto NOTE_EVERY = 1 * kj::SECONDS;
constexpr auto SETTLES_IN = 1 * kj::SECONDS;  // One change of networks is many messages.
constexpr size_t MOST_COMING_IN = 32;         // While no portal runs, or it is busy.
constexpr size_t MAX_SHOWN = 100;

kj::Promise<void> orLog(kj::Promise<void> act) {
  return act.catch_([](kj::Exception&& exception) { logInfo("the peer portal: " + reason(exception)); });
}

}  // namespace

// What the portal asks and tells.
class Machines::Host final : public schema::PeerHost::Server {
public:
  explicit Host(Machines& machines) : m_machines(machines) {}

  kj::Promise<void> connected(ConnectedContext context) override {
    auto told = context.getParams();
    m_machines.m_links.connected(textOf(told.getMachine()), told.getHello(), told.getSession(), textOf(told.getFrom()));
    context.getResults().setDesk(
        m_machines.m_parts.begin(textOf(told.getMachine()), told.getSession(), told.getHello()));
    return kj::READY_NOW;
  }
  kj::Promise<void> ended(EndedContext context) override {
    auto told = context.getParams();
    m_machines.m_links.ended(textOf(told.getMachine()), told.getWhy(), told.getReason());
    return kj::READY_NOW;
  }
  kj::Promise<void> compare(CompareContext context) override {
    bool match = co_await m_machines.m_pairings.compare(context.getParams());
    context.getResults().setMatch(match);
  }
  kj::Promise<void> redeem(RedeemContext context) override {
    auto proof = m_machines.m_pairings.redeem(context.getParams());
    context.getResults().setProof(dataOf(proof));
    return kj::READY_NOW;
  }
  kj::Promise<void> paired(PairedContext context) override {
    m_machines.m_pairings.paired(context.getParams());
    // Known to the portal too, before anybody is told that it is.
    auto portal = m_machines.m_portal.running();
    KJ_IF_MAYBE (client, portal) return m_machines.tellKnown(*client);
    return kj::READY_NOW;
  }
  kj::Promise<void> refused(RefusedContext context) override {
    m_machines.noteRefused(context.getParams());
    return kj::READY_NOW;
  }

private:
  Machines& m_machines;
};

Machines::Machines(Parts parts)
    : m_parts(kj::mv(parts)),
      m_place(m_parts.ledger, m_parts.ways, m_parts.timer,
              [this](kj::AutoCloseFd socket, std::string from) { accepted(kj::mv(socket), from); }),
      m_links(m_parts.ledger, m_parts.ways, m_parts.clock, m_parts.timer, *this),
      m_pairings(m_parts.ledger, m_parts.ways, m_parts.clock, m_parts.timer, *this),
      m_portal(m_parts.ways, m_parts.places.state, m_parts.timer, *this),
      m_tasks(*this) {
  for (auto& machine : m_parts.ledger.machines()) {
    if (!machine.blocked) m_links.take(machine.id);
  }
  m_pairings.tick();
  update();
  m_tasks.add(keepTime());
  m_tasks.add(keepWatchOfNetwork());
}

Machines::~Machines() noexcept(false) = default;

void Machines::taskFailed(kj::Exception&& exception) { logWarning("machines: " + reason(exception)); }

// --- what runs, and why

bool Machines::isIdle() const {
  auto machines = m_parts.ledger.machines();
  bool known = std::ranges::any_of(machines, [](auto& machine) { return !machine.blocked; });
  return !known && !m_pairings.admitsWords() && !m_pairings.admitsInvitations() && !m_pairings.isPairing();
}

// Listens and runs a portal as long as there is somebody it could be for.
void Machines::update() {
  bool needed = !isIdle();
  auto port = m_place.port();
  m_place.want(needed);
  m_portal.need(needed);
  if (port != m_place.port()) m_tasks.add(announce());
}

kj::Promise<void> Machines::keepTime() {
  for (;;) {
    co_await m_parts.timer.afterDelay(LOOK_EVERY);
    m_pairings.tick();
    update();
  }
}

kj::Promise<void> Machines::keepWatchOfNetwork() {
  for (;;) {
    co_await m_parts.ways.whenNetworkChanges();
    co_await m_parts.timer.afterDelay(SETTLES_IN);
    m_links.tryAllAgain();
    ownChanged();
  }
}

void Machines::admissionChanged() {
  update();
  m_portal.hurry();
  auto portal = m_portal.running();
  KJ_IF_MAYBE (client, portal) {
    auto call = client->admitRequest();
    call.setWords(m_pairings.admitsWords());
    call.setInvitations(m_pairings.admitsInvitations());
    m_tasks.add(orLog(call.send().ignoreResult()));
  }
  ownChanged();
}

kj::Promise<void> Machines::prepare(schema::PeerPortal::Client portal) {
  co_await tellKnown(portal);
  auto call = portal.admitRequest();
  call.setWords(m_pairings.admitsWords());
  call.setInvitations(m_pairings.admitsInvitations());
  co_await call.send().ignoreResult();
}

void Machines::portalIsThere() {
  m_links.tryAllAgain();
  // What it was told at its start may be older than what came meanwhile.
  m_tasks.add(tellKnownInTime());
  m_tasks.add(announce());
  ownChanged();
}

void Machines::linkChanged(const std::string& machine) {
  if (m_links.session(machine) == nullptr) m_parts.over(machine);
  changed(machine);
}

void Machines::portalHasGone() {
  m_links.portalHasGone();
  ownChanged();
}

kj::Promise<void> Machines::tellKnown(schema::PeerPortal::Client portal) {
  std::vector<Machine> machines;
  for (auto& machine : m_parts.ledger.machines()) {
    if (!machine.blocked) machines.push_back(kj::mv(machine));
  }
  auto call = portal.machinesRequest();
  auto list = call.initKnown(static_cast<unsigned>(machines.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setId(machines[i].id.c_str());
    list[i].setCertificate(dataOf(machines[i].certificate));
    list[i].setVersion(machines[i].version);
  }
  return call.send().ignoreResult();
}

// A portal that does not say in time that it has let go of somebody is ended, and every session with it.
kj::Promise<void> Machines::tellKnownInTime() {
  auto portal = m_portal.running();
  if (portal == nullptr) co_return;
  bool told = false;
  auto tell = tellKnown(KJ_ASSERT_NONNULL(portal)).then([&told] { told = true; }, [](kj::Exception&&) {});
  co_await tell.exclusiveJoin(m_parts.timer.afterDelay(KNOW_PATIENCE));
  if (!told) m_portal.restart();
}

kj::Promise<void> Machines::announce() {
  auto portal = m_portal.running();
  KJ_IF_MAYBE (client, portal) {
    auto call = client->announceRequest();
    writeHello(call.initHello());
    co_await orLog(call.send().ignoreResult());
  }
}

schema::PeerHost::Client Machines::host() { return kj::heap<Host>(*this); }

void Machines::writeHello(schema::Hello::Builder hello) {
  hello.setVersion(schema::PROTOCOL_VERSION);
  hello.setName(m_place.settings().name.c_str());
  hello.setPort(m_place.port());
  hello.initFeatures(1).set(0, *schema::WISHES);
}

// --- who comes in

void Machines::accepted(kj::AutoCloseFd socket, const std::string& from) {
  if (m_comingIn >= MOST_COMING_IN) return;
  m_tasks.add(orLog(handOver(kj::mv(socket), from)));
}

kj::Promise<void> Machines::handOver(kj::AutoCloseFd socket, std::string from) {
  ++m_comingIn;
  KJ_DEFER(--m_comingIn);
  auto portal = co_await m_portal.portal();
  auto call = portal.acceptedRequest();
  call.setSocket(descriptorOf(kj::mv(socket)));
  call.setFrom(from.c_str());
  co_await call.send().ignoreResult();
}

kj::Promise<void> Machines::serve(kj::AutoCloseFd socket) {
  if (isIdle()) fail("this computer knows no other one, and nobody is adding one");
  if (m_comingIn >= MOST_COMING_IN) fail("too many come in at this moment");
  return handOver(kj::mv(socket), {});
}

void Machines::noteRefused(schema::PeerHost::RefusedParams::Reader refused) {
  m_pairings.cameToNothing(textOf(refused.getMachine()), refused.getWhy());
  if (m_parts.timer.now() < m_mayNote) return;
  m_mayNote = m_parts.timer.now() + NOTE_EVERY;
  auto machine = textOf(refused.getMachine());
  auto where = brief(textOf(refused.getFrom()), MAX_SHOWN);
  if (!isMachineId(machine)) machine.clear();
  KJ_IF_MAYBE (known, m_parts.ledger.machine(machine)) where = known->petname;
  journal(machine, where, "refused");
}

// --- for the person

std::vector<std::string> Machines::all() const {
  std::vector<std::string> ids;
  for (auto& machine : m_parts.ledger.machines()) ids.push_back(machine.id);
  return ids;
}

Machine Machines::known(const std::string& machine) const {
  KJ_IF_MAYBE (found, m_parts.ledger.machine(machine)) return kj::mv(*found);
  fail("there is no such machine");
}

void Machines::writeInfo(const std::string& id, schema::MachineInfo::Builder info) {
  auto machine = known(id);
  auto link = m_links.shown(id);
  info.setId(id.c_str());
  info.setPetname(machine.petname.c_str());
  info.setAnnounced(machine.announced.c_str());
  info.setStripe(machine.stripe);
  info.setState(machine.blocked ? LinkState::BLOCKED : link.state);
  if (!machine.blocked) info.setWhy(link.why.c_str());
  info.setPaired(toNanos(machine.paired));
  info.setSeen(toNanos(machine.seen));
  info.setRoute(machine.route.c_str());
  auto routes = inOrder(machine);
  auto list = info.initRoutes(static_cast<unsigned>(routes.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setText(routes[i].text.c_str());
    list[i].setOrigin(static_cast<schema::MachineRoute::Origin>(routes[i].origin));
    list[i].setTried(toNanos(routes[i].tried));
    list[i].setOutcome(routes[i].outcome.c_str());
  }
  info.setBlocked(machine.blocked);
  auto shared = m_parts.ledger.ofHolder(holderOfMachine(id), Ledger::Which::Living);
  info.setShared(static_cast<uint32_t>(std::ranges::count_if(shared, [](auto& grant) { return !grant.hasEnded(); })));
  info.setOffered(static_cast<uint32_t>(std::ranges::count_if(m_parts.ledger.offers(), [&](auto& entry) {
    auto& offer = entry.second;
    return offer.machine == id && (offer.state == Offer::State::New || offer.state == Offer::State::Accepted);
  })));
  info.setRoundTrip(link.roundTrip);
}

void Machines::writeOwn(schema::OwnMachine::Builder own) const {
  auto settings = m_place.settings();
  own.setId(m_portal.ownId().c_str());
  own.setName(settings.name.c_str());
  own.setListening(settings.mayListen);
  own.setPort(settings.port);
  own.setAnnounce(settings.announce);
  auto addresses = m_place.addresses();
  auto list = own.initAddresses(static_cast<unsigned>(addresses.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, addresses[i].text().c_str());
  own.setTrouble((m_portal.trouble().empty() ? m_place.trouble() : m_portal.trouble()).c_str());
}

void Machines::setOwn(schema::OwnMachine::Reader own) {
  m_place.set({.name = textOf(own.getName()),
               .mayListen = own.getListening(),
               .port = own.getPort(),
               .announce = own.getAnnounce()});
  m_tasks.add(announce());
  ownChanged();
}

kj::Promise<Machines::Made> Machines::invite(Duration length) {
  if (!m_place.settings().mayListen) fail("this computer accepts no connections: switch that on first");
  auto own = co_await m_portal.identity();
  auto invitation = m_pairings.invite(length);
  auto trouble = m_place.trouble();
  if (!trouble.empty()) {
    m_pairings.cancel(invitation.id);
    fail(trouble);
  }
  InvitationLink link{
      .id = invitation.id, .secret = invitation.secret, .machine = own.id, .addresses = m_place.addresses()};
  co_return Made{kj::mv(invitation), link.text()};
}

kj::Promise<std::string> Machines::join(std::string text) {
  auto begin = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
  if (begin != text.npos) text = text.substr(begin, end - begin + 1);
  auto link = invitationLinkFrom(text);
  if (link == nullptr) fail("this is no invitation, or not all of it");
  m_portal.hurry();
  auto own = co_await m_portal.identity();
  if (KJ_ASSERT_NONNULL(link).machine == own.id) fail("this invitation is for another computer: this one made it");
  auto machine = co_await m_pairings.join(KJ_ASSERT_NONNULL(link));
  co_await m_links.connectNow(machine).exclusiveJoin(m_parts.timer.afterDelay(KNOW_PATIENCE));
  co_return machine;
}

kj::Promise<std::string> Machines::add(std::string address, schema::WordsPresenter::Client presenter) {
  auto route = routeFrom(address);
  if (route == nullptr) fail("this is no address: \"192.168.1.7\", \"desk.example.org:7357\" or \"ssh anna@desk\" are");
  m_portal.hurry();
  co_await m_portal.identity().ignoreResult();
  auto machine = co_await m_pairings.add(KJ_ASSERT_NONNULL(route), kj::mv(presenter));
  co_await m_links.connectNow(machine).exclusiveJoin(m_parts.timer.afterDelay(KNOW_PATIENCE));
  co_return machine;
}

kj::Promise<void> Machines::connect(std::string machine) {
  m_portal.hurry();
  return m_links.connectNow(kj::mv(machine));
}

void Machines::machineAdded(const std::string& machine) {
  m_links.take(machine);
  m_links.tryAgain(machine);
  update();
  changed(machine);
}

void Machines::rename(const std::string& machine, const std::string& petname) {
  auto record = known(machine);
  record.petname = petname;
  m_parts.ledger.putMachine(record);
  changed(machine);
}

// Committed by now.
kj::Promise<std::vector<Grant>> Machines::part(std::string machine, Ended ended, const char* outcome,
                                               std::string petname) {
  m_pairings.forget(machine);
  journal(machine, petname, outcome);
  auto grants = ended.grants;
  co_await m_parts.cut(kj::mv(ended.grants));
  co_await tellEnd(machine, schema::Machine::Reason::FORGOTTEN);
  // It may be known again: whose session it is by now is not ours to end.
  auto now = m_parts.ledger.machine(machine);
  bool isKnown = false;
  KJ_IF_MAYBE (record, now) isKnown = !record->blocked;
  if (!isKnown) {
    m_links.drop(machine);
    m_parts.over(machine);
  }
  co_await tellKnownInTime();
  update();
  changed(machine);
  co_return kj::mv(grants);
}

kj::Promise<std::vector<Grant>> Machines::forget(std::string machine) {
  auto record = known(machine);
  auto ended = m_parts.ledger.dropMachine(machine);
  return part(kj::mv(machine), kj::mv(ended), "forgotten", record.petname);
}

kj::Promise<std::vector<Grant>> Machines::block(std::string machine) {
  auto record = known(machine);
  auto ended = m_parts.ledger.blockMachine(machine);
  return part(kj::mv(machine), kj::mv(ended), "blocked", record.petname);
}

kj::Promise<void> Machines::unblock(std::string machine) {
  auto record = known(machine);
  if (!record.blocked) co_return;
  record.blocked = false;
  m_parts.ledger.putMachine(record);
  journal(machine, record.petname, "unblocked");
  m_links.take(machine);
  update();
  changed(machine);
  co_await tellKnownInTime();
}

// So that its person reads why. Who does not listen is cut all the same.
kj::Promise<void> Machines::tellEnd(std::string machine, schema::Machine::Reason reason) {
  auto session = m_links.session(machine);
  KJ_IF_MAYBE (far, session) {
    auto call = far->endRequest();
    call.setReason(reason);
    co_await orLog(call.send().ignoreResult()).exclusiveJoin(m_parts.timer.afterDelay(TELL_PATIENCE));
  }
}

void Machines::stop() {
  for (auto& machine : all()) m_tasks.add(tellEnd(machine, schema::Machine::Reason::LEAVING));
}

void Machines::setRoutes(const std::string& machine, const std::vector<std::string>& routes) {
  auto record = known(machine);
  std::vector<MachineRoute> made;
  for (auto& typed : routes) {
    auto route = routeFrom(typed);
    if (route == nullptr) fail(brief(typed, MAX_SHOWN) + " is no route");
    auto text = KJ_ASSERT_NONNULL(route).text();
    if (std::ranges::any_of(made, [&](auto& one) { return one.text == text; })) continue;
    auto before = std::ranges::find(record.routes, text, &MachineRoute::text);
    made.push_back(before == record.routes.end() ? MachineRoute{.text = text} : *before);
  }
  if (made.size() > MOST_ROUTES) fail("there may be 16 routes to a machine");
  record.routes = kj::mv(made);
  m_parts.ledger.putMachine(record);
  m_links.tryAgain(machine);
  changed(machine);
}

// --- telling

void Machines::journal(const std::string& machine, const std::string& target, const char* outcome) {
  JournalEntry entry;
  entry.event = "machine";
  if (!machine.empty()) entry.app = holderOfMachine(machine);
  entry.target = target;
  entry.outcome = outcome;
  m_parts.ledger.journal(kj::mv(entry));
}

void Machines::changed(const std::string& machine) {
  KJ_IF_MAYBE (observer, m_observer) observer->machineChanged(machine);
}

void Machines::ownChanged() {
  KJ_IF_MAYBE (observer, m_observer) observer->ownChanged();
}

}  // namespace latchkey
