// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/machine-line.h"

#include <kj/debug.h>

#include <map>

#include "app/ui/convert.h"
#include "app/ui/session-line.h"

namespace latchkey::ui {
namespace {

const auto WATCHING = QStringLiteral("watching machines");
const auto ADMITTING = QStringLiteral("admitting machines");
const auto ADDING = QStringLiteral("adding a machine");
const auto JOINING = QStringLiteral("joining a machine");

schema::Machines::Client machinesOf(schema::Person::Client& person) {
  return person.machinesRequest().send().getMachines();
}

QString idOf(capnp::Text::Reader reader) { return parts::id(reader); }

kj::Promise<Invitation> invited(schema::Machines::Client machines) {
  auto answer = co_await machines.inviteRequest().send();
  co_return fromSchema(answer.getInvitation());
}

kj::Promise<QList<Invitation>> invitationsOf(schema::Machines::Client machines) {
  auto answer = co_await machines.invitationsRequest().send();
  co_return listFromSchema(answer.getList());
}

kj::Promise<QList<Nearby>> nearbyOf(schema::Machines::Client machines) {
  auto answer = co_await machines.nearbyRequest().send();
  co_return listFromSchema(answer.getList());
}

template <typename Request>
kj::Promise<QList<Grant>> endedBy(Request request) {
  auto answer = co_await request.send();
  co_return listFromSchema(answer.getEnded());
}

struct All {
  QList<Machine> machines;
  OwnMachine own;
};

kj::Promise<All> allOf(schema::Machines::Client machines) {
  auto answer = co_await machines.listRequest().send();
  co_return All{listFromSchema(answer.getList()), fromSchema(answer.getSelf())};
}

}  // namespace

MachineLine::Tell MachineLine::telling() {
  auto* connection = m_session.m_line.get();
  return [connection, there = QPointer<MachineLine>(this)](std::function<void(MachineLine&)> work) {
    connection->tell([there, work = std::move(work)](Session&) {
      if (there) work(*there);
    });
  };
}

struct MachineLine::Table {
  std::map<QString, Shown*> shown;
  quint64 last = 0;
};

// One comparison on the screen. Its destruction, for whatever reason, takes it down.
struct MachineLine::Shown {
  Shown(std::shared_ptr<Table> known, Tell told, Comparison what)
      : table(std::move(known)), tell(std::move(told)), id(QString::number(++table->last)) {
    table->shown.emplace(id, this);
    what.id = id;
    tell([what = std::move(what)](MachineLine& line) { Q_EMIT line.comparing(what); });
  }
  ~Shown() {
    table->shown.erase(id);
    tell([id = id](MachineLine& line) { Q_EMIT line.comparingEnded(id); });
  }
  std::shared_ptr<Table> table;
  Tell tell;
  QString id;
  kj::PromiseFulfillerPair<bool> answer = kj::newPromiseAndFulfiller<bool>();
};

class MachineLine::Presenter final : public schema::WordsPresenter::Server {
public:
  Presenter(Tell tell, std::shared_ptr<Table> table) : m_tell(std::move(tell)), m_table(std::move(table)) {}

  kj::Promise<void> compare(CompareContext context) override {
    auto params = context.getParams();
    Comparison comparison{{}, parts::text(params.getName()), {}};
    for (auto word : params.getWords()) comparison.words << parts::text(word);
    Shown shown(m_table, m_tell, comparison);
    bool match = co_await shown.answer.promise;
    context.getResults().setMatch(match);
  }
  kj::Promise<void> added(AddedContext context) override {
    m_tell([machine = fromSchema(context.getParams().getMachine())](MachineLine& line) { Q_EMIT line.added(machine); });
    return kj::READY_NOW;
  }
  kj::Promise<void> over(OverContext context) override {
    m_tell([why = parts::text(context.getParams().getReason())](MachineLine& line) { Q_EMIT line.cameToNothing(why); });
    return kj::READY_NOW;
  }

private:
  Tell m_tell;
  std::shared_ptr<Table> m_table;
};

class MachineLine::Watcher final : public schema::MachineObserver::Server {
public:
  explicit Watcher(Tell tell) : m_tell(std::move(tell)) {}

  kj::Promise<void> changed(ChangedContext context) override {
    m_tell([list = listFromSchema(context.getParams().getMachines())](MachineLine& line) {
      Q_EMIT line.machinesChanged(list);
    });
    return kj::READY_NOW;
  }
  kj::Promise<void> gone(GoneContext context) override {
    QStringList ids;
    for (auto id : context.getParams().getIds()) ids << idOf(id);
    m_tell([ids](MachineLine& line) { Q_EMIT line.machinesGone(ids); });
    return kj::READY_NOW;
  }

private:
  Tell m_tell;
};

MachineLine::MachineLine(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_table(std::make_shared<Table>()) {
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_session.online()) watch();
    else Q_EMIT offline();
  });
  if (session.online()) watch();
}

MachineLine::~MachineLine() {
  for (const auto& work : {WATCHING, ADMITTING, ADDING, JOINING}) m_session.m_line->callOff(work);
}

void MachineLine::watch() {
  m_session.m_line->begin(WATCHING, [tell = telling()](schema::Person::Client person) -> kj::Promise<void> {
    auto machines = machinesOf(person);
    auto request = machines.watchRequest();
    request.setObserver(kj::heap<Watcher>(tell));
    // Watch first, read then: what changes in between comes twice rather than never.
    return request.send()
        .then([machines, tell](auto&& watching) mutable {
          return allOf(machines).then([tell, watching = kj::mv(watching)](All&& all) mutable {
            tell([all](MachineLine& line) { Q_EMIT line.machinesRead(all.machines, all.own); });
            return kj::Promise<void>(kj::NEVER_DONE).attach(kj::mv(watching));
          });
        })
        .catch_([tell](kj::Exception&& exception) {
          if (exception.getType() != kj::Exception::Type::UNIMPLEMENTED) kj::throwFatalException(kj::mv(exception));
          tell([](MachineLine& line) { Q_EMIT line.unknownToBroker(); });
        });
  });
}

// `call` makes a promise from the machines, in KJ's thread; `done` has the fault and the value, in Qt's.
template <typename Value, typename Call, typename Done>
void MachineLine::ask(QObject* context, Call call, Done done) {
  m_session.m_line->tryAsk<Value>(
      context, [call](schema::Person::Client& person) { return call(machinesOf(person)); }, done);
}

void MachineLine::read() {
  if (!online()) return;
  ask<All>(
      this, [](schema::Machines::Client machines) { return allOf(machines); },
      [this](const QString& fault, All& all) {
        if (fault.isEmpty()) Q_EMIT machinesRead(all.machines, all.own);
      });
}

void MachineLine::admit() {
  m_session.m_line->begin(
      ADMITTING, [tell = telling(), table = m_table](schema::Person::Client person) -> kj::Promise<void> {
        auto request = machinesOf(person).admitRequest();
        request.setPresenter(kj::heap<Presenter>(tell, table));
        return request.send().then(
            [](auto&& admitted) { return kj::Promise<void>(kj::NEVER_DONE).attach(kj::mv(admitted)); });
      });
}

void MachineLine::stopAdmitting() { m_session.m_line->callOff(ADMITTING); }
void MachineLine::stopAdding() { m_session.m_line->callOff(ADDING); }
void MachineLine::stopJoining() { m_session.m_line->callOff(JOINING); }

template <typename Call>
void MachineLine::await(const QString& work, QObject* context, Then<QString, QString> then, Call call) {
  if (!online()) return then(tr("Latchkey is reconnecting: try again in a moment"), {});
  auto tell = telling();
  QPointer<QObject> there(context);
  m_session.m_line->begin(work, [call, tell, there, then](schema::Person::Client person) -> kj::Promise<void> {
    return caught<QString>(call(machinesOf(person))).then([tell, there, then](Outcome<QString>&& outcome) {
      tell([there, then, outcome](MachineLine&) {
        if (there) then(outcome.fault, outcome.value);
      });
    });
  });
}

void MachineLine::add(const QString& address, QObject* context, Then<QString, QString> then) {
  await(ADDING, context, then, [address, tell = telling(), table = m_table](schema::Machines::Client machines) {
    auto request = machines.addRequest();
    request.setAddress(address.toStdString().c_str());
    request.setPresenter(kj::heap<Presenter>(tell, table));
    return request.send().then([](auto&& answer) { return idOf(answer.getMachine()); });
  });
}

void MachineLine::join(const QString& link, QObject* context, Then<QString, QString> then) {
  await(JOINING, context, then, [link](schema::Machines::Client machines) {
    auto request = machines.joinRequest();
    request.setLink(link.toStdString().c_str());
    return request.send().then([](auto&& answer) { return idOf(answer.getMachine()); });
  });
}

void MachineLine::answer(const QString& comparison, bool match) {
  m_session.m_line->post([table = m_table, comparison, match](Session::Line::World&) {
    auto known = table->shown.find(comparison);
    if (known != table->shown.end()) known->second->answer.fulfiller->fulfill(bool(match));
  });
}

void MachineLine::invite(QObject* context, Then<QString, Invitation> then) {
  ask<Invitation>(context, [](schema::Machines::Client machines) { return invited(machines); }, then);
}

void MachineLine::invitations(QObject* context, Then<QList<Invitation>> then) {
  ask<QList<Invitation>>(
      context, [](schema::Machines::Client machines) { return invitationsOf(machines); },
      [then](const QString& fault, QList<Invitation>& list) {
        if (fault.isEmpty()) then(list);
      });
}

void MachineLine::nearby(QObject* context, Then<QList<Nearby>> then) {
  ask<QList<Nearby>>(
      context, [](schema::Machines::Client machines) { return nearbyOf(machines); },
      [then](const QString& fault, QList<Nearby>& list) {
        if (fault.isEmpty()) then(list);
      });
}

void MachineLine::cancelInvitation(const QString& invitation, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [invitation](schema::Machines::Client machines) {
        auto request = machines.cancelInvitationRequest();
        request.setId(invitation.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void MachineLine::rename(const QString& machine, const QString& petname, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [machine, petname](schema::Machines::Client machines) {
        auto request = machines.renameRequest();
        request.setMachine(machine.toStdString().c_str());
        request.setPetname(petname.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void MachineLine::forget(const QString& machine, QObject* context, Then<QString, QList<Grant>> then) {
  ask<QList<Grant>>(
      context,
      [machine](schema::Machines::Client machines) {
        auto request = machines.forgetRequest();
        request.setMachine(machine.toStdString().c_str());
        return endedBy(kj::mv(request));
      },
      then);
}

void MachineLine::block(const QString& machine, bool blocked, QObject* context, Then<QString, QList<Grant>> then) {
  ask<QList<Grant>>(
      context,
      [machine, blocked](schema::Machines::Client machines) {
        auto request = machines.blockRequest();
        request.setMachine(machine.toStdString().c_str());
        request.setBlocked(blocked);
        return endedBy(kj::mv(request));
      },
      then);
}

void MachineLine::setRoutes(const QString& machine, const QStringList& routes, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [machine, routes](schema::Machines::Client machines) {
        auto request = machines.setRoutesRequest();
        request.setMachine(machine.toStdString().c_str());
        auto list = request.initRoutes(routes.size());
        for (auto i : kj::indices(list)) list.set(i, routes[qsizetype(i)].toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void MachineLine::connectNow(const QString& machine, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [machine](schema::Machines::Client machines) {
        auto request = machines.connectRequest();
        request.setMachine(machine.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void MachineLine::setSelf(const OwnMachine& own, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [own](schema::Machines::Client machines) {
        auto request = machines.setSelfRequest();
        toSchema(own, request.initSelf());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

}  // namespace latchkey::ui
