// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/package-line.h"

#include <kj/async.h>
#include <kj/io.h>

#include <optional>

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

struct Offered {
  QList<FollowedRepository> repositories = {};
  QList<PackageUpdate> updates = {};
};

kj::Promise<Offered> offeredOf(schema::Packages::Client packages) {
  auto repositories = packages.repositoriesRequest().send();
  auto updates = packages.updatesRequest().send();
  Offered offered{.repositories = listFromSchema((co_await repositories).getList())};
  offered.updates = listFromSchema((co_await updates).getList());
  co_return offered;
}

kj::Promise<FoundOffers> foundOf(schema::Packages::Client packages, QStringList words, int most) {
  auto request = packages.searchRequest();
  auto list = request.initWords(words.size());
  for (auto i : kj::indices(list)) list.set(i, words[qsizetype(i)].toStdString().c_str());
  request.setMost(uint32_t(most));
  auto answer = co_await request.send();
  co_return FoundOffers{listFromSchema(answer.getOffers()), int(answer.getWhole())};
}

kj::Promise<FollowedRepository> followedOf(schema::Packages::Client packages, QString location, QString key) {
  auto request = packages.followRequest();
  request.setLocation(location.toStdString().c_str());
  request.setKey(key.toStdString().c_str());
  auto answer = co_await request.send();
  co_return fromSchema(answer.getRepository());
}

QString updatingOf(const QString& id) { return QStringLiteral("updating ") + id; }

// Why it could not be written down that these are taken back; empty where it was.
kj::Promise<QString> unkeptOf(schema::Person::Client person, QStringList grants) {
  auto request = person.revokeRequest();
  auto list = request.initGrants(grants.size());
  for (auto i : kj::indices(list)) list.set(i, grants[qsizetype(i)].toStdString().c_str());
  auto answer = co_await request.send();
  co_return parts::text(answer.getUnkept());
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
  using Tell = std::function<void(std::function<void(PackageLine&)>)>;
  template <typename Look>
  static kj::Promise<void> run(schema::Packages::Client packages, Look look, Tell tell);
  static kj::Promise<std::optional<InstallChoice>> decisionOf(Tell tell);
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
    using Stage = schema::InstallProgress::Stage;
    bool coming = params.getStage() == Stage::UNPACKING || params.getStage() == Stage::FETCHING;
    m_at(coming ? part / 2 : 0.5 + part / 2);
    return kj::READY_NOW;
  }

private:
  std::function<void(double)> m_at;
};

struct Looked {
  PackageSheet sheet = {};
  schema::FoundBundle::Client bundle = nullptr;
};

}  // namespace

// In KJ's thread: looks, waits for what the person says, and installs; once more if that came to nothing.
template <typename Look>
kj::Promise<void> PackageLine::Dealing::run(schema::Packages::Client packages, Look look, Tell tell) {
  auto outcome = co_await caught<Looked>(look(packages).send().then(
      [](auto&& answer) { return Looked{fromSchema(answer.getSheet()), answer.getBundle()}; }));
  if (!outcome.fault.isEmpty()) {
    tell([fault = outcome.fault](PackageLine& line) {
      auto dealing = std::exchange(line.m_dealing, nullptr);
      dealing->looked(fault, {});
    });
    co_return;
  }
  tell([sheet = outcome.value.sheet](PackageLine& line) { std::exchange(line.m_dealing->looked, nullptr)({}, sheet); });
  for (;;) {
    auto decided = co_await decisionOf(tell);
    if (!decided) co_return;
    auto install = outcome.value.bundle.installRequest();
    auto options = install.initOptions();
    options.setOlder(decided->older);
    options.setWider(true);    // The sheet shows what it claims.
    options.setRuntime(true);  // The sheet says what comes with it, and who signed that.
    options.setOrigin(decided->origin.toStdString().c_str());
    install.setProgress(
        kj::heap<Progress>([tell](double part) { tell([part](PackageLine& line) { line.m_dealing->at(part); }); }));
    auto done = co_await caught<InstallResult>(
        install.send().then([](auto&& answer) { return fromSchema(answer.getOutcome()); }));
    tell([done](PackageLine& line) {
      auto dealing = done.fault.isEmpty() ? std::exchange(line.m_dealing, nullptr) : line.m_dealing;
      std::exchange(dealing->installed, nullptr)(done.fault, done.value);
    });
    if (done.fault.isEmpty()) co_return;
  }
}

// Nothing if it was let go.
kj::Promise<std::optional<InstallChoice>> PackageLine::Dealing::decisionOf(Tell tell) {
  using Fulfiller = kj::Own<kj::CrossThreadPromiseFulfiller<InstallChoice>>;
  auto deciding = kj::newPromiseAndCrossThreadFulfiller<InstallChoice>();
  auto decision = std::make_shared<Fulfiller>(kj::mv(deciding.fulfiller));
  tell([decision](PackageLine& line) { line.m_dealing->decision = kj::mv(*decision); });
  decision = nullptr;
  try {
    co_return co_await deciding.promise;
  } catch (const kj::Exception&) {
    co_return std::nullopt;
  }
}

PackageLine::PackageLine(Session& session, QObject* parent) : QObject(parent), m_session(session) {
  connect(&session, &Session::onlineChanged, this, [this] { m_session.online() ? watch() : lose(); });
}

// What was looked at went with the broker.
void PackageLine::lose() {
  auto dealing = std::exchange(m_dealing, nullptr);
  if (!dealing) return;
  auto shown = !dealing->looked;
  if (!shown) dealing->looked(Session::Line::reconnecting(), {});
  else if (dealing->installed) dealing->installed(Session::Line::reconnecting(), {});
  if (shown) Q_EMIT lost();
}

void PackageLine::setWatching(bool on) {
  if (on == m_watching) return;
  m_watching = on;
  if (on) watch();
  else m_session.m_line->callOff(WATCHING);
}

PackageLine::~PackageLine() {
  m_session.m_line->callOff(WATCHING);
  m_session.m_line->callOff(DEALING);
}

void PackageLine::watch() {
  if (!m_watching || !m_session.online()) return;
  auto* connection = m_session.m_line.get();
  auto changed = [connection, there = QPointer<PackageLine>(this)] {
    connection->tell([there](Session&) {
      if (there) there->read();
    });
  };
  connection->begin(WATCHING, [changed](schema::Person::Client person) -> kj::Promise<void> {
    auto request = packagesOf(person).watchRequest();
    request.setObserver(kj::heap<ChangeWatcher<schema::PackageObserver>>(changed));
    return request.send()
        .then([](auto&& watching) { return kj::Promise<void>(kj::NEVER_DONE).attach(kj::mv(watching)); })
        .catch_([](kj::Exception&& exception) {
          // A broker of a time before there were any.
          if (exception.getType() != kj::Exception::Type::UNIMPLEMENTED) kj::throwFatalException(kj::mv(exception));
        });
  });
}

void PackageLine::read() {
  if (!m_session.online()) return;
  m_session.m_line->tryAsk<QList<Package>>(
      this, [](schema::Person::Client& person) { return allOf(packagesOf(person)); },
      [this](const QString& fault, QList<Package>& all) {
        if (fault.isEmpty()) Q_EMIT told(all);
      });
  m_session.m_line->tryAsk<Offered>(
      this, [](schema::Person::Client& person) { return offeredOf(packagesOf(person)); },
      [this](const QString& fault, Offered& offered) {
        if (fault.isEmpty()) Q_EMIT repositoriesTold(offered.repositories, offered.updates);
      });
}

template <typename Look>
void PackageLine::deal(Look look, Then<QString, PackageSheet> then) {
  if (!m_session.online()) return then(Session::Line::reconnecting(), {});
  m_dealing = std::make_shared<Dealing>();
  m_dealing->looked = std::move(then);
  auto* connection = m_session.m_line.get();
  // Runs `news` if this very bundle is still the one.
  auto tell = [connection, there = QPointer<PackageLine>(this),
               deal = std::weak_ptr(m_dealing)](std::function<void(PackageLine&)> news) {
    connection->tell([there, deal, news = std::move(news)](Session&) {
      auto dealing = deal.lock();
      if (there && dealing && there->m_dealing == dealing) news(*there);
    });
  };
  connection->begin(
      DEALING, [look, tell](schema::Person::Client person) { return Dealing::run(packagesOf(person), look, tell); });
}

void PackageLine::look(int file, Then<QString, PackageSheet> then) {
  auto held = std::make_shared<kj::AutoCloseFd>(file);
  deal(
      [held](schema::Packages::Client& packages) {
        auto asking = packages.lookRequest();
        asking.setFile(descriptorOf(kj::mv(*held)));
        return asking;
      },
      std::move(then));
}

void PackageLine::lookOffer(const PackageOffer& offer, Then<QString, PackageSheet> then) {
  deal(
      [followed = offer.followed, id = offer.text.id, channel = offer.channel](schema::Packages::Client& packages) {
        auto asking = packages.lookOfferRequest();
        asking.setFollowed(followed.toStdString().c_str());
        asking.setId(id.toStdString().c_str());
        asking.setChannel(channel.toStdString().c_str());
        return asking;
      },
      std::move(then));
}

void PackageLine::install(const InstallChoice& choice, Then<double> at, Then<QString, InstallResult> then) {
  if (!m_dealing || m_dealing->decision == nullptr) return then(Session::Line::reconnecting(), {});
  m_dealing->at = std::move(at);
  m_dealing->installed = std::move(then);
  KJ_IF_MAYBE (decision, m_dealing->decision) (*decision)->fulfill(InstallChoice(choice));
  m_dealing->decision = nullptr;
}

void PackageLine::letGo() {
  m_dealing = nullptr;
  m_session.m_line->callOff(DEALING);
}

void PackageLine::takeBack(const QStringList& grants, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<QString>(
      context, [grants](schema::Person::Client& person) { return unkeptOf(person, grants); },
      [then](const QString& fault, QString& unkept) { then(fault.isEmpty() ? unkept : fault); });
}

void PackageLine::accept(const QString& id, const QString& version, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [id, version](schema::Person::Client& person) {
        return sent(ofVersion(packagesOf(person).acceptRequest(), id, version));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void PackageLine::refuse(const QString& id, const QString& version, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [id, version](schema::Person::Client& person) {
        return sent(ofVersion(packagesOf(person).refuseRequest(), id, version));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void PackageLine::rollback(const QString& id, QObject* context, Then<QString, QString> then) {
  m_session.m_line->tryAsk<QString>(
      context,
      [id](schema::Person::Client& person) {
        auto request = packagesOf(person).rollbackRequest();
        request.setId(id.toStdString().c_str());
        return versionOf(kj::mv(request));
      },
      then);
}

void PackageLine::remove(const QString& id, bool withData, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [id, withData](schema::Person::Client& person) {
        auto request = packagesOf(person).removeRequest();
        request.setId(id.toStdString().c_str());
        request.setWithData(withData);
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void PackageLine::setAutomatic(const QString& id, bool automatic, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [id, automatic](schema::Person::Client& person) {
        auto request = packagesOf(person).setAutomaticRequest();
        request.setId(id.toStdString().c_str());
        request.setAutomatic(automatic);
        return sent(kj::mv(request));
      },
      [this, then](const QString& fault, Nothing&) {
        then(fault);
        read();
      });
}

void PackageLine::search(const QStringList& words, int most, QObject* context, Then<QString, FoundOffers> then) {
  m_session.m_line->tryAsk<FoundOffers>(
      context, [words, most](schema::Person::Client& person) { return foundOf(packagesOf(person), words, most); },
      then);
}

void PackageLine::update(const QString& id, QObject* context, Then<double> at, Then<QString, InstallResult> then) {
  if (!m_session.online()) return then(Session::Line::reconnecting(), {});
  auto* connection = m_session.m_line.get();
  auto tell = [connection, there = QPointer<QObject>(context)](std::function<void()> news) {
    connection->tell([there, news = std::move(news)](Session&) {
      if (there) news();
    });
  };
  connection->begin(updatingOf(id), [id, tell, at, then](schema::Person::Client person) -> kj::Promise<void> {
    auto request = packagesOf(person).updateRequest();
    request.setId(id.toStdString().c_str());
    request.setProgress(kj::heap<Progress>([tell, at](double part) { tell([at, part] { at(part); }); }));
    auto outcome =
        caught<InstallResult>(request.send().then([](auto&& answer) { return fromSchema(answer.getOutcome()); }));
    return outcome.then([tell, then](auto&& done) { tell([then, done] { then(done.fault, done.value); }); });
  });
}

void PackageLine::giveUp(const QString& id) { m_session.m_line->callOff(updatingOf(id)); }

void PackageLine::refresh(const QString& followed, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [followed](schema::Person::Client& person) {
        auto request = packagesOf(person).refreshRequest();
        request.setFollowed(followed.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

void PackageLine::follow(const QString& location, const QString& key, QObject* context,
                         Then<QString, FollowedRepository> then) {
  m_session.m_line->tryAsk<FollowedRepository>(
      context,
      [location, key](schema::Person::Client& person) { return followedOf(packagesOf(person), location, key); }, then);
}

void PackageLine::unfollow(const QString& followed, QObject* context, Then<QString> then) {
  m_session.m_line->tryAsk<Nothing>(
      context,
      [followed](schema::Person::Client& person) {
        auto request = packagesOf(person).unfollowRequest();
        request.setFollowed(followed.toStdString().c_str());
        return sent(kj::mv(request));
      },
      [then](const QString& fault, Nothing&) { then(fault); });
}

}  // namespace latchkey::ui
