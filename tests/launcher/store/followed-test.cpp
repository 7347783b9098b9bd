// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What latchkey-packages knows of followed repositories: searched, newer versions, asked again, and what is due done by
// itself - also of repositories that say nothing good.

#include <systemd/sd-bus.h>

#include <QProcess>
#include <QtTest>
#include <thread>

#include "launcher/repository/publisher.h"
#include "launcher/store/metered.h"
#include "tests/launcher/repository/repository-bench.h"
#include "tests/launcher/store/program-bench.h"

using namespace latchkey;
using namespace latchkey::test;

namespace {

constexpr const char* ID = "org.example.Player";

std::string programAt(const char* name) { return qgetenv("LATCHKEY_BIN").toStdString() + "/" + name; }

class Shop {
public:
  explicit Shop(ProgramWorld& world, const char* name = "shop") : m_world(world), m_folder(world.at(name)) {
    repository::Publisher::create(m_folder, std::string("org.example.") + name, m_key, m_next.publicKey(), now(),
                                  std::chrono::hours(24));
  }
  const std::string& folder() const { return m_folder; }
  std::string key() const { return m_key.publicKey().line(); }

  void add(const TestApp& app, const SecretKey& author, const std::string& channel = repository::STABLE,
           const std::vector<repository::Offer::Words>& translations = {}) {
    auto path = app.bundle(m_world.bundles, author, "of-a-shop.latchkey");
    auto bundle = BundleFile::open(path.toStdString());
    QTemporaryDir staging;
    kj::AutoCloseFd into(open(staging.path().toUtf8().constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    QVERIFY(std::get_if<BundleProblem>(&bundle) == nullptr);
    auto& file = std::get<BundleFile>(bundle);
    auto unpacked = Bundler(programAt("latchkey-bundler")).unpack(file, into);
    QVERIFY(std::get_if<BundleProblem>(&unpacked) == nullptr);
    repository::Packer packer(programAt("latchkey-chunks"));
    repository::Publisher publisher(m_folder, packer);
    publisher.add({.id = app.id,
                   .channel = channel,
                   .version = app.version,
                   .bytes = std::get<std::unique_ptr<BundleReport>>(unpacked)->get().getBytes(),
                   .name = app.id.substr(app.id.rfind('.') + 1),
                   .summary = "For tests",
                   .translations = translations},
                  file.list, file.signature, file.head.signer, into);
    publisher.publish(m_key, now(), std::chrono::hours(24));
  }
  void revoke(const SecretKey& author) {
    repository::Packer packer(programAt("latchkey-chunks"));
    repository::Publisher publisher(m_folder, packer);
    publisher.revoke(author.publicKey());
    publisher.publish(m_key, now(), std::chrono::hours(24));
  }

private:
  static WallTime now() { return SystemClock().wall(); }

  ProgramWorld& m_world;
  std::string m_folder;
  SecretKey m_key = SecretKey::generate(), m_next = SecretKey::generate();
};

struct FollowedWorld : ProgramWorld {
  explicit FollowedWorld(std::vector<std::string> environment = {})
      : program(*this, io, std::move(environment)), packages(program.open()) {}

  auto follow(const std::string& location, const std::string& key) {
    auto request = packages.followRequest();
    request.setLocation(location.c_str());
    request.setKey(key.c_str());
    return request.send().wait(io.waitScope);
  }
  auto follow(const Shop& shop) { return follow(shop.folder(), shop.key()); }
  // "org.example.Player 1.0", ...
  QByteArrayList search(std::initializer_list<const char*> words, uint32_t most = 100, uint32_t* whole = nullptr) {
    auto request = packages.searchRequest();
    auto list = request.initWords(static_cast<unsigned>(words.size()));
    unsigned i = 0;
    for (auto word : words) list.set(i++, word);
    request.setMost(most);
    auto answer = request.send().wait(io.waitScope);
    if (whole != nullptr) *whole = answer.getWhole();
    QByteArrayList found;
    for (auto offer : answer.getOffers()) found << bytes(offer.getId()) + " " + bytes(offer.getVersion());
    return found;
  }
  QByteArrayList updates() {
    auto answer = packages.updatesRequest().send().wait(io.waitScope);
    QByteArrayList found;
    for (auto one : answer.getList())
      found << bytes(one.getOffer().getId()) + " " + bytes(one.getInstalled()) + " -> " +
                   bytes(one.getOffer().getVersion()) + (one.getWaits() ? " waits" : "");
    return found;
  }
  void install(const TestApp& app) {
    auto list = packages.repositoriesRequest().send().wait(io.waitScope);
    auto request = packages.lookOfferRequest();
    request.setFollowed(list.getList()[0].getFollowed());
    request.setId(app.id.c_str());
    request.setChannel(repository::STABLE);
    auto found = request.send().wait(io.waitScope);
    auto install = found.getBundle().installRequest();
    install.initOptions().setOrigin(list.getList()[0].getId());
    install.send().wait(io.waitScope);
  }
  void refresh() { packages.refreshRequest().send().wait(io.waitScope); }
  void round() { packages.roundRequest().send().wait(io.waitScope); }
  // As if the last asking was so long ago.
  void age(Duration by) {
    QDirIterator files(QString::fromStdString(at("data/latchkey/repositories")), {"contact"}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
      auto path = files.next();
      auto lines = contentOf(path).split('\n');
      for (auto& line : lines) {
        auto parts = line.split('\t');
        if (parts.size() == 2 && parts[0] != "problem" && parts[1] != "0")
          line = parts[0] + "\t" + QByteArray::number(static_cast<qlonglong>(parts[1].toLongLong() - by.count()));
      }
      put(path, lines.join('\n'));
    }
  }

  PackagesProgram program;
  schema::Packages::Client packages;
};

}  // namespace

class FollowedTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void aSearchFindsWhatIsNotInstalled();
  void whatIsLikeTheFirstWordComesFirst();
  void revokedSignersAreNotOffered();
  void aSearchAsksNobody();
  void whatTravelsIsSaid();
  void newerVersionsAreListedAndInstalled();
  void theyAreOfTheSameSignerAndChannel();
  void whatClaimsMoreWaitsAndIsSaidToWait();
  void thereIsNothingNewerIsSaid();
  void repositoriesAreListedWithHowTheyAre();
  void followingWrongIsRefused_data();
  void followingWrongIsRefused();
  void unfollowedIsForgotten();
  void damageIsListedAsThat();
  void contactThatMakesNoSenseIsNone_data();
  void contactThatMakesNoSenseIsNone();
  void aRoundDoesWhatIsDue();
  void aRoundLeavesAloneWhatWasSwitchedOff();
  void aRoundWhereNothingCanBeHadHarmsNothing();
  void whatTheNetworkCostsIsAsked_data();
  void whatTheNetworkCostsIsAsked();
  void whoeverSaysNothingOfItIsNotMetered();
  void overSuchANetworkNobodyIsAsked();
};

void FollowedTest::aSearchFindsWhatIsNotInstalled() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  shop.add({.id = "org.example.Painter"}, world.store.otherKey, repository::STABLE,
           {{.language = "de", .name = "Malerei", .summary = "Zum Malen"}});
  QCOMPARE(world.search({"play"}), QByteArrayList());
  world.follow(shop);
  QCOMPARE(world.search({"PLAY"}), QByteArrayList({"org.example.Player 1.0"}));
  QCOMPARE(world.search({"malen", "tests"}), QByteArrayList({"org.example.Painter 1.0"}));
  QCOMPARE(world.search({"malen", "play"}), QByteArrayList());
  world.install({});
  QCOMPARE(world.search({"example"}), QByteArrayList({"org.example.Painter 1.0"}));
  // Whose key signed something that is here is known by that.
  shop.add({.id = "org.example.Mixer"}, world.store.key);
  world.refresh();
  auto request = world.packages.searchRequest();
  request.initWords(1).set(0, "mixer");
  request.setMost(5);
  auto found = request.send().wait(world.io.waitScope);
  QCOMPARE(found.getOffers().size(), 1u);
  QCOMPARE(bytes(found.getOffers()[0].getSigner().getSigns()[0]), QByteArray(ID));
}

void FollowedTest::whatIsLikeTheFirstWordComesFirst() {
  FollowedWorld world;
  Shop shop(world);
  for (auto id : {"org.example.AAplayful", "org.example.Playground", "org.example.Player", "org.example.Zplay"})
    shop.add({.id = id}, world.store.key);
  world.follow(shop);
  QCOMPARE(world.search({"play"}), QByteArrayList({"org.example.Player 1.0", "org.example.Playground 1.0",
                                                   "org.example.AAplayful 1.0", "org.example.Zplay 1.0"}));
  uint32_t whole = 0;
  QCOMPARE(world.search({"play"}, 1, &whole), QByteArrayList({"org.example.Player 1.0"}));
  QCOMPARE(whole, 4u);
  QCOMPARE(world.search({"play"}, 0, &whole), QByteArrayList());
}

void FollowedTest::revokedSignersAreNotOffered() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  world.follow(shop);
  world.install({});
  shop.add({.version = "1.1"}, world.store.key);
  shop.add({.id = "org.example.Painter"}, world.store.key);
  shop.revoke(world.store.key);
  world.refresh();
  QCOMPARE(world.search({"example"}), QByteArrayList());
  QCOMPARE(world.updates(), QByteArrayList());
}

void FollowedTest::aSearchAsksNobody() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  WebServer server(QString::fromStdString(shop.folder()), QString::fromStdString(world.at("log")));
  world.follow(server.url(), shop.key());
  server.forget();
  for (auto word : {"p", "pl", "pla"}) QCOMPARE(world.search({word}).size(), 1);
  QCOMPARE(world.updates(), QByteArrayList());
  world.packages.repositoriesRequest().send().wait(world.io.waitScope);
  QCOMPARE(server.answers().size(), 0u);
}

void FollowedTest::whatTravelsIsSaid() {
  FollowedWorld world;
  Shop shop(world);
  TestApp app{.files = {file("files/share/large", noise(2'000'000, 3))}};
  shop.add(app, world.store.key);
  auto followed = world.follow(shop);
  auto travels = [&] {
    auto request = world.packages.lookOfferRequest();
    request.setFollowed(followed.getRepository().getFollowed());
    request.setId(ID);
    request.setChannel(repository::STABLE);
    return request.send().wait(world.io.waitScope).getSheet().getTravels();
  };
  auto first = travels();
  QVERIFY2(first > 1'900'000 && first < 2'200'000, QByteArray::number(static_cast<qulonglong>(first)));
  world.install(app);
  app.version = "1.1";
  app.files.push_back(file("files/share/small", noise(300'000, 4)));
  shop.add(app, world.store.key);
  world.refresh();
  auto then = travels();
  QVERIFY2(then > 290'000 && then < 400'000, QByteArray::number(static_cast<qulonglong>(then)));
}

void FollowedTest::newerVersionsAreListedAndInstalled() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  world.follow(shop);
  world.install({});
  QCOMPARE(world.updates(), QByteArrayList());
  shop.add({.version = "1.1"}, world.store.key);
  // Known once the repository was asked.
  QCOMPARE(world.updates(), QByteArrayList());
  int changes = 0;
  auto watch = world.packages.watchRequest();
  watch.setObserver(kj::heap<Observer>(changes));
  auto handle = watch.send().wait(world.io.waitScope).getHandle();
  world.refresh();
  for (int i = 0; i < 100 && changes < 2; ++i)
    world.io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(world.io.waitScope);
  QVERIFY(changes >= 2);
  QCOMPARE(world.updates(), QByteArrayList({QByteArray(ID) + " 1.0 -> 1.1"}));
  auto request = world.packages.updateRequest();
  request.setId(ID);
  auto outcome = request.send().wait(world.io.waitScope);
  QCOMPARE(outcome.getOutcome().getResult(), schema::InstallOutcome::Result::UPDATED);
  QCOMPARE(world.store.stateOf(), QByteArray("1.1<1.0"));
  QCOMPARE(world.updates(), QByteArrayList());
  QCOMPARE(world.store.leaks(), QStringList());
}

void FollowedTest::theyAreOfTheSameSignerAndChannel() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  world.follow(shop);
  world.install({});
  shop.add({.version = "3.0"}, world.store.key, "beta");
  world.refresh();
  QCOMPARE(world.updates(), QByteArrayList());
  shop.add({.version = "2.0"}, world.store.otherKey);
  world.refresh();
  QCOMPARE(world.updates(), QByteArrayList());
}

void FollowedTest::whatClaimsMoreWaitsAndIsSaidToWait() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  world.follow(shop);
  world.install({});
  shop.add({.version = "1.1", .claims = {{.kind = "folder", .target = "~/Music"}}}, world.store.key);
  world.refresh();
  auto request = world.packages.updateRequest();
  request.setId(ID);
  auto outcome = request.send().wait(world.io.waitScope);
  QCOMPARE(outcome.getOutcome().getResult(), schema::InstallOutcome::Result::PENDING);
  QCOMPARE(world.store.stateOf(), QByteArray("1.0?1.1"));
  QCOMPARE(world.updates(), QByteArrayList({QByteArray(ID) + " 1.0 -> 1.1 waits"}));
}

void FollowedTest::thereIsNothingNewerIsSaid() {
  FollowedWorld world;
  auto request = world.packages.updateRequest();
  request.setId(ID);
  QCOMPARE(failureOf([&] { request.send().wait(world.io.waitScope); }), QByteArray("there is nothing newer of it"));
}

void FollowedTest::repositoriesAreListedWithHowTheyAre() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  auto server =
      std::make_unique<WebServer>(QString::fromStdString(shop.folder()), QString::fromStdString(world.at("log")));
  auto before = toNanos(SystemClock().wall());
  auto followed = world.follow(server->url(), shop.key());
  QCOMPARE(bytes(followed.getRepository().getId()), QByteArray("org.example.shop"));
  QCOMPARE(bytes(followed.getRepository().getKey().getKey()), QByteArray::fromStdString(shop.key()));
  auto listed = [&] { return world.packages.repositoriesRequest().send().wait(world.io.waitScope); };
  auto first = listed();
  QCOMPARE(first.getList().size(), 1u);
  auto one = first.getList()[0];
  QCOMPARE(one.getApps(), 1u);
  QCOMPARE(bytes(one.getLocation()), QByteArray::fromStdString(server->url()));
  QVERIFY(one.getReached() >= before && one.getAsked() == one.getReached());
  QCOMPARE(bytes(one.getProblem()) + bytes(one.getTrouble()), QByteArray());
  server.reset();
  world.refresh();
  auto second = listed();
  auto other = second.getList()[0];
  QVERIFY(bytes(other.getProblem()).contains("is this computer online?"));
  QCOMPARE(other.getReached(), one.getReached());
  QVERIFY(other.getAsked() > one.getAsked());
  // What it said last still counts.
  QCOMPARE(bytes(other.getTrouble()), QByteArray());
  QCOMPARE(world.search({"play"}).size(), 1);
}

void FollowedTest::followingWrongIsRefused_data() {
  QTest::addColumn<QByteArray>("location");
  QTest::addColumn<bool>("key");
  QTest::addColumn<QByteArray>("why");
  QTest::newRow("no key") << QByteArray("SHOP") << false << QByteArray("that is no key");
  QTest::newRow("no place") << QByteArray("apps") << true << QByteArray("a repository is a folder");
  QTest::newRow("not there") << QByteArray("/nowhere/at/all") << true << QByteArray("/nowhere/at/all");
  QTest::newRow("without encryption") << QByteArray("http://example.org") << true
                                      << QByteArray("a repository is a folder");
  QTest::newRow("another's key") << QByteArray("SHOP") << true << QByteArray("belongs to somebody else");
}

void FollowedTest::followingWrongIsRefused() {
  QFETCH(QByteArray, location);
  QFETCH(bool, key);
  QFETCH(QByteArray, why);
  FollowedWorld world;
  Shop shop(world);
  auto where = location == "SHOP" ? shop.folder() : location.toStdString();
  auto failure = failureOf(
      [&] { world.follow(where, key ? world.store.otherKey.publicKey().line() : std::string("RWnonsense")); });
  QVERIFY2(failure.contains(why), failure);
  QCOMPARE(world.packages.repositoriesRequest().send().wait(world.io.waitScope).getList().size(), 0u);
  QVERIFY(QDir(QString::fromStdString(world.at("data/latchkey/repositories"))).isEmpty());
}

void FollowedTest::unfollowedIsForgotten() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  auto name = world.follow(shop).getRepository().getFollowed();
  QVERIFY(failureOf([&] { world.follow(shop); }).contains("followed already"));
  world.install({});
  auto unfollow = [&](capnp::Text::Reader which) {
    auto request = world.packages.unfollowRequest();
    request.setFollowed(which);
    return failureOf([&] { request.send().wait(world.io.waitScope); });
  };
  for (auto wrong : {"", "..", "../../store", "0123"}) QVERIFY(!unfollow(wrong).isEmpty());
  QCOMPARE(unfollow(name), QByteArray());
  QCOMPARE(world.search({"play"}), QByteArrayList());
  QCOMPARE(world.packages.repositoriesRequest().send().wait(world.io.waitScope).getList().size(), 0u);
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  world.follow(shop);
}

void FollowedTest::damageIsListedAsThat() {
  FollowedWorld world;
  Shop shop(world), other(world, "other");
  shop.add({}, world.store.key);
  other.add({.id = "org.example.Painter"}, world.store.key);
  auto name = bytes(world.follow(shop).getRepository().getFollowed());
  world.follow(other);
  auto folder = QString::fromStdString(world.at("data/latchkey/repositories/")) + name;
  put(folder + "/state", "nonsense\n");
  auto listed = world.packages.repositoriesRequest().send().wait(world.io.waitScope);
  QCOMPARE(listed.getList().size(), 2u);
  for (auto one : listed.getList())
    QCOMPARE(bytes(one.getTrouble()).contains("is damaged"), bytes(one.getFollowed()) == name);
  // The others are searched, asked and done all the same.
  QCOMPARE(world.search({"example"}), QByteArrayList({"org.example.Painter 1.0"}));
  world.refresh();
  world.age(std::chrono::hours(7));
  world.round();
}

void FollowedTest::contactThatMakesNoSenseIsNone_data() {
  QTest::addColumn<QByteArray>("content");
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("nonsense") << QByteArray("nonsense");
  QTest::newRow("negative") << QByteArray("latchkey contact 1\nreached\t-1\nasked\t5\nproblem\t\n");
  QTest::newRow("no number") << QByteArray("latchkey contact 1\nreached\tx\nasked\t5\nproblem\t\n");
  QTest::newRow("more") << QByteArray("latchkey contact 1\nreached\t5\nasked\t5\nproblem\t\nmore\n");
  QTest::newRow("too large") << QByteArray("latchkey contact 1\nreached\t5\nasked\t5\nproblem\t") +
                                    QByteArray(9000, 'x') + "\n";
}

void FollowedTest::contactThatMakesNoSenseIsNone() {
  QFETCH(QByteArray, content);
  FollowedWorld world;
  Shop shop(world);
  auto name = bytes(world.follow(shop).getRepository().getFollowed());
  put(QString::fromStdString(world.at("data/latchkey/repositories/")) + name + "/contact", content);
  auto listed = world.packages.repositoriesRequest().send().wait(world.io.waitScope);
  QCOMPARE(listed.getList()[0].getReached(), 0);
  QCOMPARE(bytes(listed.getList()[0].getTrouble()), QByteArray());
  // Nothing known: it is due.
  world.round();
  QVERIFY(world.packages.repositoriesRequest().send().wait(world.io.waitScope).getList()[0].getReached() > 0);
}

void FollowedTest::aRoundDoesWhatIsDue() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  shop.add({.id = "org.example.Painter"}, world.store.key);
  world.follow(shop);
  world.install({});
  world.install({.id = "org.example.Painter"});
  shop.add({.version = "1.1"}, world.store.key);
  shop.add({.id = "org.example.Painter", .version = "1.1", .claims = {{.kind = "folder", .target = "~/Music"}}},
           world.store.key);
  // It was asked a moment ago.
  world.round();
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  world.age(std::chrono::hours(5));
  world.round();
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  world.age(std::chrono::hours(2));
  world.round();
  QCOMPARE(world.store.stateOf(), QByteArray("1.1<1.0"));
  // What claims more waits for the person.
  QCOMPARE(world.store.stateOf("org.example.Painter"), QByteArray("1.0?1.1"));
  QCOMPARE(world.store.leaks(), QStringList());
}

void FollowedTest::aRoundLeavesAloneWhatWasSwitchedOff() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  world.follow(shop);
  world.install({});
  auto request = world.packages.setAutomaticRequest();
  request.setId(ID);
  request.setAutomatic(false);
  request.send().wait(world.io.waitScope);
  shop.add({.version = "1.1"}, world.store.key);
  world.age(std::chrono::hours(7));
  world.round();
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  QCOMPARE(world.updates(), QByteArrayList({QByteArray(ID) + " 1.0 -> 1.1"}));
}

void FollowedTest::aRoundWhereNothingCanBeHadHarmsNothing() {
  FollowedWorld world;
  Shop shop(world);
  shop.add({}, world.store.key);
  auto server =
      std::make_unique<WebServer>(QString::fromStdString(shop.folder()), QString::fromStdString(world.at("log")));
  world.follow(server->url(), shop.key());
  world.install({});
  server.reset();
  world.age(std::chrono::hours(7));
  world.round();
  auto asked = [&] {
    return world.packages.repositoriesRequest().send().wait(world.io.waitScope).getList()[0].getAsked();
  };
  auto first = asked();
  // Again after half an hour, not at once.
  world.round();
  QCOMPARE(asked(), first);
  world.age(std::chrono::minutes(31));
  world.round();
  QVERIFY(asked() > first - std::chrono::nanoseconds(std::chrono::minutes(31)).count());
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
}

namespace {

// A system bus of the test's own, where NetworkManager says this.
class NetworkBus {
public:
  explicit NetworkBus(uint32_t metered) : m_metered(metered) {
    m_daemon.start("dbus-daemon", {"--session", "--nofork", "--print-address=1"});
    m_daemon.waitForReadyRead(10'000);
    m_address = m_daemon.readLine().trimmed();
    sd_bus_new(&m_bus);
    sd_bus_set_address(m_bus, m_address.constData());
    sd_bus_set_bus_client(m_bus, 1);
    static const sd_bus_vtable TABLE[] = {SD_BUS_VTABLE_START(0), SD_BUS_PROPERTY("Metered", "u", nullptr, 0, 0),
                                          SD_BUS_VTABLE_END};
    constexpr const char *NAME = "org.freedesktop.NetworkManager", *PATH = "/org/freedesktop/NetworkManager";
    started = sd_bus_start(m_bus) >= 0 &&
              sd_bus_add_object_vtable(m_bus, nullptr, PATH, NAME, TABLE, &m_metered) >= 0 &&
              sd_bus_request_name(m_bus, NAME, 0) >= 0;
    m_serving = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (sd_bus_process(m_bus, nullptr) <= 0) sd_bus_wait(m_bus, 20'000);
      }
    });
  }
  ~NetworkBus() {
    m_serving = {};
    sd_bus_unref(m_bus);
    m_daemon.kill();
    m_daemon.waitForFinished();
  }
  const QByteArray& address() const { return m_address; }

  bool started = false;

private:
  uint32_t m_metered;
  QProcess m_daemon;
  QByteArray m_address;
  sd_bus* m_bus = nullptr;
  std::jthread m_serving;
};

}  // namespace

void FollowedTest::whatTheNetworkCostsIsAsked_data() {
  QTest::addColumn<uint32_t>("said");
  QTest::addColumn<bool>("metered");
  QTest::newRow("unknown") << 0u << false;
  QTest::newRow("yes") << 1u << true;
  QTest::newRow("no") << 2u << false;
  QTest::newRow("guessed yes") << 3u << true;
  QTest::newRow("guessed no") << 4u << false;
}

void FollowedTest::whatTheNetworkCostsIsAsked() {
  QFETCH(uint32_t, said);
  QFETCH(bool, metered);
  NetworkBus bus(said);
  QVERIFY(bus.started);
  qputenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
  QCOMPARE(store::isMetered(), metered);
  qunsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

void FollowedTest::overSuchANetworkNobodyIsAsked() {
  NetworkBus bus(1);
  QVERIFY(bus.started);
  FollowedWorld world({"DBUS_SYSTEM_BUS_ADDRESS=" + bus.address().toStdString()});
  Shop shop(world), near(world, "near");
  shop.add({}, world.store.key);
  near.add({.id = "org.example.Painter"}, world.store.key);
  WebServer server(QString::fromStdString(shop.folder()), QString::fromStdString(world.at("log")));
  world.follow(server.url(), shop.key());
  world.install({});
  world.follow(near);
  shop.add({.version = "1.1"}, world.store.key);
  server.forget();
  world.age(std::chrono::hours(7));
  world.round();
  QCOMPARE(server.answers().size(), 0u);
  QCOMPARE(world.store.stateOf(), QByteArray("1.0"));
  // A folder costs nothing.
  auto listed = world.packages.repositoriesRequest().send().wait(world.io.waitScope);
  for (auto one : listed.getList())
    QCOMPARE(toNanos(SystemClock().wall()) - one.getAsked() < 60'000'000'000, bytes(one.getId()) == "org.example.near");
}

void FollowedTest::whoeverSaysNothingOfItIsNotMetered() {
  qputenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all");
  QVERIFY(!store::isMetered());
}

QTEST_GUILESS_MAIN(FollowedTest)
#include "followed-test.moc"
