// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// What no library of an app's would send: an app may be its own bus and say what it likes. And every method there is,
// asked with what does not fit and with too much of what does.

#include <QRegularExpression>
#include <QtTest>
#include <fstream>

#include "tests/portals/desktop/fake-backend.h"
#include "tests/portals/desktop/wire.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

const std::string IMPL = "org.freedesktop.impl.portal.";
const std::string ALL = IMPL + "Account;" + IMPL + "Clipboard;" + IMPL + "Email;" + IMPL + "GlobalShortcuts;" + IMPL +
                        "Inhibit;" + IMPL + "InputCapture;" + IMPL + "Notification;" + IMPL + "Print;" + IMPL +
                        "RemoteDesktop;" + IMPL + "ScreenCast;" + IMPL + "Screenshot;" + IMPL + "Wallpaper;";

// An app on a bus that is itself.
class OwnBus {
public:
  explicit OwnBus(DesktopWorld& world) : m_world(world), m_backend(world, ALL) {
    int ends[2];
    KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends));
    m_app = kj::AutoCloseFd(ends[0]);
    auto& io = world.io();
    auto& timer = io.provider->getTimer();
    m_backends = kj::heap<Backends>(world.onSession(), BackendChoice(world.places));
    m_common = kj::heap<Common>(*m_backends, io.unixEventPort, timer, nullptr);
    m_bus = kj::heap<Bus>(io.unixEventPort, timer, kj::AutoCloseFd(ends[1]));
    m_frontend = kj::heap<Frontend>(*m_bus, timer,
                                    App{.instance = "i1",
                                        .id = "org.example.App",
                                        .holder = "org.example.App",
                                        .name = "Example",
                                        .icon = "",
                                        .home = "/home/anna"},
                                    world.desk);
    addPortals(*m_frontend, *m_backends, *m_common);
    m_serving = m_bus->run().eagerlyEvaluate(nullptr);
    sendBytes(m_app, "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n");
    heard("");
    sendBytes(m_app, Wire::hello());
    heard("");
  }

  // What it is answered, as bytes: until `wanted` is in it.
  std::string ask(const Target& target, std::string_view body, unsigned descriptors, const std::string& wanted) {
    sendBytes(m_app, Wire::call(target, ++m_serial, body, descriptors, {}), descriptors);
    return heard(wanted);
  }

private:
  std::string heard(const std::string& wanted) {
    std::string all;
    for (int i = 0; i < 200; ++i) {
      m_world.pass(5);
      char bytes[65536];
      for (ssize_t size; (size = recv(m_app, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;)
        all.append(bytes, static_cast<size_t>(size));
      if (i >= 2 && all.find(wanted) != all.npos) break;
    }
    return all;
  }

  DesktopWorld& m_world;
  FakeBackend m_backend;
  kj::AutoCloseFd m_app;
  kj::Own<Backends> m_backends;
  kj::Own<Common> m_common;
  kj::Own<Bus> m_bus;
  kj::Own<Frontend> m_frontend;
  kj::Promise<void> m_serving = nullptr;
  uint32_t m_serial = 100;
};

constexpr char DESK[] = "/org/freedesktop/portal/desktop";
constexpr char DOCS[] = "/org/freedesktop/portal/documents";
constexpr Target PING{DESK, "org.freedesktop.DBus.Peer", "Nothing", ""};
constexpr Target OPEN_FILE{DESK, "org.freedesktop.portal.OpenURI", "OpenFile", "sha{sv}"};

// Some value of the first type of a signature, of which it is taken. `much`: as large as may be said.
Value someOf(std::string_view& signature, bool much, int depth = 0) {
  auto type = signature.front();
  signature.remove_prefix(1);
  switch (type) {
    case 's': return much ? std::string(200'000, 'x') : std::string("x");
    case 'o': return Value::path(much ? "/" + std::string(200'000, 'x') : "/x");
    case 'g': return Value::text('g', "s");
    case 'b': return Value(true);
    case 'u': return Value(uint32_t{much ? UINT32_MAX : 1});
    case 'i': return Value(int32_t{much ? INT32_MIN : 1});
    case 'd': return Value(much ? 1e308 : 1.0);
    case 'h': return Value::descriptor(kj::AutoCloseFd(open("/dev/null", O_RDONLY | O_CLOEXEC)));
    case 'v': {
      auto inside = Value(much ? std::string(200'000, 'x') : std::string("x"));
      for (int i = 0; much && i < 50 && depth == 0; ++i) inside = Value::variant(inside);
      return Value::variant(inside);
    }
    case 'y': return Value::byte(1);
    case '(': {
      Value::List items;
      while (signature.front() != ')') items.push_back(someOf(signature, much, depth + 1));
      signature.remove_prefix(1);
      return Value::tuple(items);
    }
    case 'a': break;
    default: return Value::ofNumber(type, 1);
  }
  if (signature.front() == '{') {  // Always of texts and variants here.
    signature.remove_prefix(4);
    Options entries;
    for (int i = 0; i < (much ? 5'000 : 0); ++i) entries["key" + std::to_string(i)] = Value(std::string(20, 'x'));
    return asArgument(entries);
  }
  auto rest = signature;
  auto one = someOf(rest, false, depth + 1);
  auto of = std::string(signature.substr(0, signature.size() - rest.size()));
  signature = rest;
  bool many = much && of.find('h') == of.npos;
  return Value::array(of, Value::List(many ? 20'000 : 1, one));
}

struct Described {
  std::string path, interface, member, signature;
};

// All methods of the portals, as they describe themselves.
std::vector<Described> described(DesktopWorld& world, Bus& app) {
  std::vector<Described> all;
  for (std::string path : {DESK, DOCS}) {
    auto xml = world.call(app, "org.freedesktop.DBus.Introspectable", "Introspect", {}, path).arguments[0].asText();
    static const QRegularExpression PART(
        "<interface name=\"([^\"]+)\">|<method name=\"([^\"]+)\">((?:<arg[^>]*/>)*)</method>");
    static const QRegularExpression IN("<arg type=\"([^\"]+)\" direction=\"in\"/>");
    std::string interface;
    for (auto part = PART.globalMatch(QString::fromStdString(xml)); part.hasNext();) {
      auto match = part.next();
      if (!match.captured(1).isEmpty()) {
        interface = match.captured(1).toStdString();
        continue;
      }
      std::string signature;
      for (auto in = IN.globalMatch(match.captured(3)); in.hasNext();) signature += in.next().captured(1).toStdString();
      all.push_back({path, interface, match.captured(2).toStdString(), signature});
    }
  }
  return all;
}

long residentMegabytes() {
  std::ifstream file("/proc/self/statm");
  long all = 0, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE) / 1'000'000;
}

}  // namespace

class MessagesTest final : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void XDP_1917_descriptorsThatAreNotThere_data();
  void XDP_1917_descriptorsThatAreNotThere();
  void aDescriptorThatIsThereIsTaken();
  void noMethodTakesWhatDoesNotFit();
  void tooMuchOfWhatFitsIsAnswered();
};

void MessagesTest::XDP_1917_descriptorsThatAreNotThere_data() {
  QTest::addColumn<QByteArray>("path");
  QTest::addColumn<QByteArray>("interface");
  QTest::addColumn<QByteArray>("member");
  QTest::addColumn<QByteArray>("signature");
  auto row = [](const char* path, const char* interface, const char* member, const char* signature) {
    QTest::newRow(member) << QByteArray(path) << QByteArray("org.freedesktop.portal.") + interface << QByteArray(member)
                          << QByteArray(signature);
  };
  row(DESK, "OpenURI", "OpenFile", "sha{sv}");
  row(DESK, "OpenURI", "OpenDirectory", "sha{sv}");
  row(DESK, "Trash", "TrashFile", "h");
  row(DESK, "Secret", "RetrieveSecret", "ha{sv}");
  row(DESK, "Print", "Print", "ssha{sv}");
  row(DESK, "Wallpaper", "SetWallpaperFile", "sha{sv}");
  row(DESK, "Email", "ComposeEmail", "sa{sv}");
  row(DOCS, "Documents", "Add", "hbb");
  row(DOCS, "Documents", "AddFull", "ahusas");
  row(DOCS, "Documents", "AddNamed", "haybb");
  row(DOCS, "Documents", "AddNamedFull", "hayusas");
  row(DOCS, "FileTransfer", "AddFiles", "saha{sv}");
}

// The number of a descriptor that did not come along: none came, or fewer.
void MessagesTest::XDP_1917_descriptorsThatAreNotThere() {
  QFETCH(QByteArray, path);
  QFETCH(QByteArray, interface);
  QFETCH(QByteArray, member);
  QFETCH(QByteArray, signature);
  DesktopWorld world;
  world.desk.onPermit = granted;
  world.desk.opens = world.desk.trashes = true;
  OwnBus app(world);
  Target target{path.constData(), interface.constData(), member.constData(), signature.constData()};
  for (uint32_t index : {0U, 1U, 13U, 0x7fffffffU, 0xffffffffU}) {
    for (unsigned came : {0U, 1U}) {
      if (index < came) continue;
      Wire body;
      for (auto at = signature.constBegin(); at != signature.constEnd(); ++at) {
        if (*at == 's') body.text("x");
        if (*at == 'h') body.number(index);
        if (*at == 'b' || *at == 'u') body.number(0);
        if (*at != 'a') continue;
        ++at;
        if (*at == 'h') body.number(4).number(index);
        if (*at == 'y') body.number(0);
        if (*at == 's') body.number(0);
        if (*at != '{') continue;
        at += 3;
        if (member == "ComposeEmail") body.attachments(index);
        else body.empty(8);
      }
      auto answer = app.ask(target, body.bytes(), came, "InvalidArgument");
      QVERIFY2(answer.contains("InvalidArgument"), answer.c_str());
      // And it is served as before.
      QVERIFY(app.ask(PING, {}, 0, "UnknownMethod").contains("UnknownMethod"));
    }
  }
  QVERIFY(world.desk.opened.empty() && world.desk.rights.empty() && world.desk.granted.empty());
}

// So that what is refused above is refused for its number.
void MessagesTest::aDescriptorThatIsThereIsTaken() {
  DesktopWorld world;
  OwnBus app(world);
  app.ask(OPEN_FILE, Wire().text("").number(0).empty(8).bytes(), 1, "request");
  QVERIFY(world.until([&] { return world.desk.opened == std::vector<std::string>{"file"}; }));
}

void MessagesTest::noMethodTakesWhatDoesNotFit() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.systemBus = kj::heap<MessageBus>();
  world.start();
  auto& app = world.guest();
  auto methods = described(world, app);
  QVERIFY(methods.size() > 60);
  auto before = backend.calls.size();
  for (auto& method : methods) {
    auto refused = [&](const std::string& signature) {
      Value::List arguments;
      for (std::string_view rest = signature; !rest.empty();) arguments.push_back(someOf(rest, false));
      return world.error(app, method.interface, method.member, arguments, method.path);
    };
    for (auto& signature : {std::string("x"), method.signature + "x", std::string("a{sv}a{sv}a{sv}a{sv}a{sv}")})
      QVERIFY2(refused(signature) == error::ARGUMENTS, (method.interface + "." + method.member).c_str());
    if (!method.signature.empty()) QVERIFY(refused("") == error::ARGUMENTS);
  }
  QCOMPARE(backend.calls.size(), before);
  QVERIFY(world.desk.rights.empty() && world.desk.choosers.empty() && world.desk.opened.empty());
}

// Texts of 200 kB, lists of thousands, variants in variants: an answer, and nothing of it kept.
void MessagesTest::tooMuchOfWhatFitsIsAnswered() {
  DesktopWorld world;
  FakeBackend backend(world, ALL);
  world.systemBus = kj::heap<MessageBus>();
  world.start();
  auto methods = described(world, world.guest());
  auto flood = [&] {
    auto& app = world.guest();
    for (auto& method : methods) {
      Value::List arguments;
      for (std::string_view rest = method.signature; !rest.empty();) arguments.push_back(someOf(rest, true));
      world.error(app, method.interface, method.member, arguments, method.path);
    }
    world.leave(app);
    world.pass(50);
  };
  flood();
  auto before = residentMegabytes();
  for (int i = 0; i < 3; ++i) flood();
  auto grown = residentMegabytes() - before;
  QVERIFY2(grown < 40, QByteArray::number(static_cast<int>(grown)).constData());
  for (auto& call : backend.calls) {
    for (auto& argument : call.arguments) QVERIFY(argument.asText().size() < 200'000);
  }
  QCOMPARE(world.error(world.guest(), "org.freedesktop.DBus.Properties", "Get",
                       {"org.freedesktop.portal.FileChooser", "version"}),
           std::string());
}

QTEST_GUILESS_MAIN(MessagesTest)
#include "messages-test.moc"
