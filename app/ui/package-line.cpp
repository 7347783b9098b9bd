// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/package-line.h"

#include <kj/async.h>
#include <kj/io.h>

#include "app/ui/convert.h"
#include "app/ui/session-line.h"
#include "broker/base/descriptor.h"

namespace latchkey::ui {
namespace {

const auto WATCHING = QStringLiteral("watching what is installed");
const auto DEALING = QStringLiteral("a bundle that was looked at");

schema::Packages::Client packagesOf(schema::Person::Client& person) {
  return person.packagesRequest().send().getPackages();
}

kj::Promise<QList<Package>> allOf(schema::Packages::Client packages) {
  auto answer = co_await packages.installedRequest().send();
  co_return listFromSchema(answer.getList());
}

template <typename Request>
Request ofVersion(Request request, const QString& id, const QString& version) {
  request.setId(id.toStdString().c_str());
  request.setVersion(version.toStdString().c_str());
  return request;
}

kj::Promise<QString> versionOf(
    capnp::Request<schema::Packages::RollbackParams, schema::Packages::RollbackResults> ask) {
  auto answer = co_await ask.send();
  co_return parts::text(answer.getVersion());
}

}  // namespace

// One bundle, from looking at it until it is installed or let go. What the person decides goes over to the other thread
// by `decision`; everything else here is Qt's.
class PackageLine::Dealing {
public:
  Then<QString, PackageSheet> looked;
  Then<double> at;
  Then<QString, InstallResult> installed;
  kj::Maybe<kj::Own<kj::CrossThreadPromiseFulfiller<InstallChoice>>> decision;

  // Brings news to Qt's thread, as long as this is still the one.
  using Tell = std::function<void(std::function<void(Dealing&)>)>;
  static kj::Promise<void> run(schema::Packages::Client packages, kj::AutoCloseFd file, Tell tell);
};

class PackageLine::Watcher final : public schema::PackageObserver::Server {
public:
  explicit Watcher(std::function<void()> changed) : m_changed(std::move(changed)) {}

  kj::Promise<void> changed(ChangedContext) override {
    m_changed();
    return kj::READY_NOW;
  }

private:
  std::function<void()> m_changed;
};

namespace {

class Progress final : public schema::InstallProgress::Server {
public:
  explicit Progress(std::function<void(double)> at) : m_at(std::move(at)) {}

  // Unpacking is the first half.
  kj::Promise<void> at(AtContext context) override {
    auto params = context.getParams();
    auto whole = params.getWhole();
    auto part = whole == 0 ? 0.0 : double(std::min(params.getDone(), whole)) / double(whole);
    m_at(params.getStage() == schema::InstallProgress::Stage::UNPACKING ? part / 2 : 0.5 + part / 2);
    return kj::READY_NOW;
  }

private:
  std::function<void(double)> m_at;
};

}  // namespace

// In KJ's thread: looks, waits for what the person says, and installs.
kj::Promise<void> PackageLine::Dealing::run(schema::Packages::Client packages, kj::AutoCloseFd file, Tell tell) {
  using Looked = std::shared_ptr<capnp::Response<schema::Packages::LookResults>>;
  using Fulfiller = kj::Own<kj::CrossThreadPromiseFulfiller<InstallChoice>>;
  auto asking = packages.lookRequest();
  asking.setFile(descriptorOf(kj::mv(file)));
  auto outcome = co_await caught<Looked>(asking.send().then(
      [](auto&& answer) { return std::make_shared<capnp::Response<schema::Packages::LookResults>>(kj::mv(answer)); }));
  if (!outcome.fault.isEmpty()) {
    tell([fault = outcome.fault](Dealing& dealing) { dealing.looked(fault, {}); });
    co_return;
  }
  auto deciding = kj::newPromiseAndCrossThreadFulfiller<InstallChoice>();
  auto decision = std::make_shared<Fulfiller>(kj::mv(deciding.fulfiller));
  tell([sheet = fromSchema(outcome.value->getSheet()), decision](Dealing& dealing) {
    dealing.decision = kj::mv(*decision);
    dealing.looked({}, sheet);
  });
  auto choice = co_await deciding.promise;
  auto install = outcome.value->getBundle().installRequest();
  auto options = install.initOptions();
  options.setOlder(choice.older);
  options.setWider(choice.wider);
  options.setOrigin(choice.origin.toStdString().c_str());
  install.setProgress(kj::heap<Progress>([tell](double part) {
    tell([part](Dealing& dealing) {
      if (dealing.at) dealing.at(part);
    });
  }));
  auto done = co_await caught<InstallResult>(
      install.send().then([](auto&& answer) { return fromSchema(answer.getOutcome()); }));
  tell([done](Dealing& dealing) { dealing.installed(done.fault, done.value); });
}

PackageLine::PackageLine(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&session, &Session::onlineChanged, this, [this] {
    if (m_session.online()) watch();
    else if (m_dealing) {
      auto dealing = std::exchange(m_dealing, nullptr);
      auto line = tr("Latchkey is reconnecting: try again in a moment");
      if (dealing->installed) dealing->installed(line, {});
      else if (dealing->looked) dealing->looked(line, {});
    }
  });
  if (session.online()) watch();
}

PackageLine::~PackageLine() {
  m_session.m_line->callOff(WATCHING);
  m_session.m_line->callOff(DEALING);
}

void PackageLine::watch() {
  auto* connection = m_session.m_line.get();
  auto changed = [connection, there = QPointer<PackageLine>(this)] {
    connection->tell([there](Session&) {
      if (there) there->read();
    });
  };
  connection->begin(WATCHING, [changed](schema::Person::Client person) -> kj::Promise<void> {
    auto request = packagesOf(person).watchRequest();
    request.setObserver(kj::heap<Watcher>(changed));
    return request.send()
        .then([](auto&& watching) { return kj::Promise<void>(kj::NEVER_DONE).attach(kj::mv(watching)); })
        .catch_([](kj::Exception&& exception) {
          // A broker of a time before there were any.
          if (exception.getType() != kj::Exception::Type::UNIMPLEMENTED) kj::throwFatalException(kj::mv(exception));
        });
  });
}

// `call` makes a promise from the person, in KJ's thread; `done` has the fault and the value, in Qt's.
template <typename Value, typename Call, typename Done>
void PackageLine::ask(QObject* context, Call call, Done done) {
  if (!m_session.online()) {
    Value none = {};
    return done(tr("Latchkey is reconnecting: try again in a moment"), none);
  }
  m_session.m_line->ask<Outcome<Value>>(
      [call](schema::Person::Client& person) { return caught<Value>(call(person)); },
      guarded<Outcome<Value>>(context, [done](Outcome<Value>& outcome) { done(outcome.fault, outcome.value); }));
}

void PackageLine::read() {
  if (!m_session.online()) return;
  ask<QList<Package>>(
      this, [](schema::Person::Client& person) { return allOf(packagesOf(person)); },
      [this](const QString& fault, QList<Package>& all) {
        if (fault.isEmpty()) Q_EMIT told(all);
      });
}

void PackageLine::look(int file, Then<QString, PackageSheet> then) {
  auto held = std::make_shared<kj::AutoCloseFd>(file);
  m_dealing = std::make_shared<Dealing>();
  m_dealing->looked = std::move(then);
  if (!m_session.online()) {
    auto dealing = std::exchange(m_dealing, nullptr);
    return dealing->looked(tr("Latchkey is reconnecting: try again in a moment"), {});
  }
  auto* connection = m_session.m_line.get();
  // Runs `news` if this very bundle is still the one.
  auto tell = [connection, there = QPointer<PackageLine>(this),
               deal = std::weak_ptr(m_dealing)](std::function<void(Dealing&)> news) {
    connection->tell([there, deal, news = std::move(news)](Session&) {
      auto dealing = deal.lock();
      if (there && dealing && there->m_dealing == dealing) news(*dealing);
    });
  };
  connection->begin(DEALING, [held, tell](schema::Person::Client person) {
    return Dealing::run(packagesOf(person), kj::mv(*held), tell);
  });
}

void PackageLine::install(const InstallChoice& choice, Then<double> at, Then<QString, InstallResult> then) {
  if (!m_dealing || m_dealing->decision == nullptr)
    return then(tr("Latchkey is reconnecting: try again in a moment"), {});
  m_dealing->at = std::move(at);
  m_dealing->installed = std::move(then);
  KJ_IF_MAYBE (decision, m_dealing->decision) (*decision)->fulfill(InstallChoice(choice));
  m_dealing->decision = nullptr;
}

void PackageLine::letGo() {
  m_dealing = nullptr;
  m_session.m_line->callOff(DEALING);
}

void PackageLine::accept(const QString& id, const QString& version, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [id, version](schema::Person::Client& person) {
        return sent(ofVersion(packagesOf(person).acceptRequest(), id, version));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void PackageLine::refuse(const QString& id, const QString& version, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [id, version](schema::Person::Client& person) {
        return sent(ofVersion(packagesOf(person).refuseRequest(), id, version));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void PackageLine::rollback(const QString& id, QObject* context, Then<QString, QString> then) {
  ask<QString>(
      context,
      [id](schema::Person::Client& person) {
        auto request = packagesOf(person).rollbackRequest();
        request.setId(id.toStdString().c_str());
        return versionOf(kj::mv(request));
      },
      then);
}

void PackageLine::remove(const QString& id, bool withData, QObject* context, Then<QString> then) {
  ask<Nothing>(
      context,
      [id, withData](schema::Person::Client& person) {
        auto request = packagesOf(person).removeRequest();
        request.setId(id.toStdString().c_str());
        request.setWithData(withData);
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

}  // namespace latchkey::ui
