// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/demo/fake-machines.h"

#include <kj/debug.h>

#include "app/ui/convert.h"

namespace latchkey::ui::fake {

void fill(const Machine& machine, schema::MachineInfo::Builder builder) {
  builder.setId(kjText(machine.id));
  builder.setPetname(kjText(machine.petname));
  builder.setAnnounced(kjText(machine.announced));
  builder.setStripe(uint8_t(machine.stripe));
  builder.setState(schema::MachineInfo::State(int(machine.state)));
  builder.setWhy(kjText(machine.why));
  builder.setPaired(machine.paired);
  builder.setSeen(machine.seen);
  builder.setRoute(kjText(machine.route));
  auto routes = builder.initRoutes(machine.routes.size());
  for (auto i : kj::indices(routes)) {
    const auto& route = machine.routes[qsizetype(i)];
    routes[i].setText(kjText(route.text));
    routes[i].setOrigin(schema::MachineRoute::Origin(int(route.origin)));
    routes[i].setTried(route.tried);
    routes[i].setOutcome(kjText(route.outcome));
  }
  builder.setBlocked(machine.blocked);
  builder.setOffered(machine.offered);
  builder.setRoundTrip(machine.roundTrip);
}

namespace {

void fill(const Invitation& invitation, schema::MachineInvitation::Builder builder) {
  builder.setId(kjText(invitation.id));
  builder.setMade(invitation.made);
  builder.setUntil(invitation.until);
  builder.setUsed(invitation.used);
  builder.setBy(kjText(invitation.by));
  builder.setLink(kjText(invitation.link));
}

void fill(const OwnMachine& own, schema::OwnMachine::Builder builder) {
  builder.setId(kjText(own.id));
  builder.setName(kjText(own.name));
  builder.setListening(own.listening);
  builder.setPort(own.port);
  builder.setAnnounce(own.announce);
  builder.setTrouble(kjText(own.trouble));
  auto list = builder.initAddresses(own.addresses.size());
  for (auto i : kj::indices(list)) list.set(i, kjText(own.addresses[qsizetype(i)]));
}

QString textOf(capnp::Text::Reader reader) { return QString::fromUtf8(reader.cStr()); }

class Handle final : public schema::MachineHandle::Server {
public:
  explicit Handle(kj::Function<void()> end) : m_end(kj::mv(end)) {}
  ~Handle() { m_end(); }

private:
  kj::Function<void()> m_end;
};

class FakeMachines final : public schema::Machines::Server {
public:
  explicit FakeMachines(std::shared_ptr<FakeBroker::World> world) : m_kept(kj::mv(world)), m_world(*m_kept) {}

  kj::Promise<void> list(ListContext context) override {
    auto results = context.getResults();
    auto list = results.initList(script().machines.size());
    for (auto i : kj::indices(list)) fake::fill(script().machines[qsizetype(i)], list[i]);
    fill(script().own, results.initSelf());
    return kj::READY_NOW;
  }
  kj::Promise<void> invite(InviteContext context) override {
    m_world.hear(QStringLiteral("invite"));
    KJ_REQUIRE(script().own.trouble.isEmpty(), "this machine cannot be reached");
    Invitation made;
    made.id = QStringLiteral("n%1").arg(script().invitations.size() + 1);
    made.made = fakeNow();
    made.until = made.made + 86'400LL * 1'000'000'000;
    script().invitations << made;
    made.link =
        QStringLiteral("latchkey://join/7Q2NKX5CJ4T6W9RM3B8DHVZE1F#s=4GYP0A6TQ8SNXK2WJ7CVR5MDBH&at=192.168.1.5:7357");
    fill(made, context.getResults().initInvitation());
    return kj::READY_NOW;
  }
  kj::Promise<void> invitations(InvitationsContext context) override {
    auto list = context.getResults().initList(script().invitations.size());
    for (auto i : kj::indices(list)) fill(script().invitations[qsizetype(i)], list[i]);
    return kj::READY_NOW;
  }
  kj::Promise<void> cancelInvitation(CancelInvitationContext context) override {
    auto id = textOf(context.getParams().getId());
    m_world.hear(QStringLiteral("cancel-invitation ") + id);
    script().invitations.removeIf([&](const Invitation& one) { return one.id == id; });
    return kj::READY_NOW;
  }
  // A link with "used" in it is good for nothing; one with "wait" is never answered.
  kj::Promise<void> join(JoinContext context) override {
    auto link = textOf(context.getParams().getLink());
    m_world.hear(QStringLiteral("join ") + link);
    KJ_REQUIRE(!link.contains(u"used"), "this invitation was used already");
    if (link.contains(u"wait")) return ended(QStringLiteral("join ended"));
    context.getResults().setMachine(kjText(m_world.addMachine(QStringLiteral("Grandpa's PC"))));
    return kj::READY_NOW;
  }
  kj::Promise<void> admit(AdmitContext context) override {
    m_world.hear(QStringLiteral("admit"));
    m_world.ensureLive().words = context.getParams().getPresenter();
    context.getResults().setHandle(kj::heap<Handle>([kept = m_kept] {
      kept->hear(QStringLiteral("admit ended"));
      KJ_IF_MAYBE (live, kept->live) {
        (*live)->words = nullptr;
        (*live)->compared.clear();
      }
    }));
    return kj::READY_NOW;
  }
  // At "192.0.2.1" nobody answers; at "192.0.2.2" it takes for ever. Else words are compared, and the other person says
  // the same as this one.
  kj::Promise<void> add(AddContext context) override {
    auto address = textOf(context.getParams().getAddress());
    m_world.hear(QStringLiteral("add ") + address);
    KJ_REQUIRE(address != u"192.0.2.1", "nothing answers there");
    if (address == u"192.0.2.2") return ended(QStringLiteral("add ended"));
    auto presenter = context.getParams().getPresenter();
    auto call = presenter.compareRequest();
    fillComparison(call, QStringLiteral("Anna's laptop"));
    return call.send().then([this, context](auto&& answer) mutable {
      m_world.hear(answer.getMatch() ? QStringLiteral("compared match") : QStringLiteral("compared differ"));
      KJ_REQUIRE(answer.getMatch(), "the words differ");
      context.getResults().setMachine(kjText(m_world.addMachine(QStringLiteral("Anna's laptop"))));
    });
  }
  kj::Promise<void> nearby(NearbyContext context) override {
    auto list = context.getResults().initList(script().nearby.size());
    for (auto i : kj::indices(list)) {
      list[i].setAddress(kjText(script().nearby[qsizetype(i)].address));
      list[i].setHint(kjText(script().nearby[qsizetype(i)].hint));
      list[i].setKnown(kjText(script().nearby[qsizetype(i)].known));
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> rename(RenameContext context) override {
    auto id = textOf(context.getParams().getMachine());
    auto petname = textOf(context.getParams().getPetname());
    m_world.hear(QStringLiteral("rename %1 %2").arg(id, petname));
    for (const auto& one : script().machines) KJ_REQUIRE(one.petname != petname, "another machine has that name");
    change(id, [&](Machine& machine) { machine.petname = petname; });
    return kj::READY_NOW;
  }
  kj::Promise<void> forget(ForgetContext context) override {
    auto id = textOf(context.getParams().getMachine());
    m_world.hear(QStringLiteral("forget-machine ") + id);
    auto ended = endGrants(id);
    fillList(ended, context.getResults().initEnded(ended.size()));
    m_world.removeMachine(id);
    return kj::READY_NOW;
  }
  kj::Promise<void> block(BlockContext context) override {
    auto id = textOf(context.getParams().getMachine());
    bool blocked = context.getParams().getBlocked();
    m_world.hear((blocked ? QStringLiteral("block ") : QStringLiteral("unblock ")) + id);
    auto ended = blocked ? endGrants(id) : QList<Grant>();
    fillList(ended, context.getResults().initEnded(ended.size()));
    change(id, [&](Machine& machine) {
      machine.blocked = blocked;
      machine.state = blocked ? Machine::State::Blocked : Machine::State::Offline;
    });
    return kj::READY_NOW;
  }
  kj::Promise<void> setRoutes(SetRoutesContext context) override {
    auto id = textOf(context.getParams().getMachine());
    QStringList texts;
    for (auto text : context.getParams().getRoutes()) texts << textOf(text);
    m_world.hear(QStringLiteral("routes %1 %2").arg(id, texts.join(u'|')));
    KJ_REQUIRE(!texts.contains(QStringLiteral("nonsense!")), "\"nonsense!\" is no address");
    change(id, [&](Machine& machine) {
      QList<MachineRoute> routes;
      for (const auto& text : texts) {
        MachineRoute route{text, MachineRoute::Origin::Typed, 0, {}};
        for (const auto& known : machine.routes) {
          if (known.text == text) route = known;
        }
        routes << route;
      }
      machine.routes = routes;
    });
    return kj::READY_NOW;
  }
  // Where a machine has something against it, trying changes nothing.
  kj::Promise<void> connect(ConnectContext context) override {
    auto id = textOf(context.getParams().getMachine());
    m_world.hear(QStringLiteral("connect ") + id);
    change(id, [&](Machine& machine) {
      if (machine.state == Machine::State::Offline) machine.state = Machine::State::Connected;
    });
    for (const auto& machine : script().machines) {
      if (machine.id == id) fake::fill(machine, context.getResults().initMachine());
    }
    return kj::READY_NOW;
  }
  kj::Promise<void> setSelf(SetSelfContext context) override {
    auto own = fromSchema(context.getParams().getSelf());
    m_world.hear(QStringLiteral("self %1 %2 %3 %4")
                     .arg(own.name, own.listening ? "listening" : "-")
                     .arg(own.port)
                     .arg(own.announce ? "announced" : "-"));
    KJ_REQUIRE(own.name != u"bad", "a machine cannot be called that");
    script().own.name = own.name;
    script().own.listening = own.listening;
    script().own.port = own.port;
    script().own.announce = own.announce;
    return kj::READY_NOW;
  }
  kj::Promise<void> watch(WatchContext context) override {
    m_world.ensureLive().machineObservers.add(context.getParams().getObserver());
    context.getResults().setHandle(kj::heap<Handle>([] {}));
    return kj::READY_NOW;
  }

private:
  Script& script() { return m_world.script; }
  template <typename Change>
  void change(const QString& id, Change change) {
    for (auto& machine : script().machines) {
      if (machine.id != id) continue;
      change(machine);
      m_world.tell(QList{machine});
    }
  }
  QList<Grant> endGrants(const QString& id) {
    QStringList held;
    for (const auto& grant : script().grants) {
      if (grant.holder == QStringLiteral("machine:") + id && !grant.over()) held << grant.id;
    }
    auto ended = m_world.end(held);
    m_world.tell(ended);
    return ended;
  }
  // Never answered; its being called off is heard.
  kj::Promise<void> ended(const QString& line) {
    return kj::Promise<void>(kj::NEVER_DONE).attach(kj::defer([kept = m_kept, line] { kept->hear(line); }));
  }

  std::shared_ptr<FakeBroker::World> m_kept;
  FakeBroker::World& m_world;
};

}  // namespace

kj::Own<schema::Machines::Server> machinesOf(std::shared_ptr<FakeBroker::World> world) {
  return kj::heap<FakeMachines>(kj::mv(world));
}

}  // namespace latchkey::ui::fake
