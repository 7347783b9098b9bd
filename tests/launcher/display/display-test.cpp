// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/display/display.h"

#include <kj/debug.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <wayland-client.h>

#include <QtTest>

#include "display-world.h"
#include "launcher/display/wayland-link.h"
#include "launcher/display/x-authority.h"

using namespace latchkey;

class DisplayTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();

  void behindTheContextNothingPrivilegedIsOffered();
  void behindTheContextNothingPrivilegedCanBeBound_data();
  void behindTheContextNothingPrivilegedCanBeBound();
  void theSocketEndsWithTheInstance();
  void aCompositorWithNothingPrivilegedNeedsNoContext();
  void aHungCompositorDoesNotHangTheLaunch();
  void theCompositorIsAskedBeforeGrantsAreKnown();
  void whereGrantsAreRefusedNothingStaysOpen();
  void withoutASessionThereIsNoScreen();

  void xtermMapsAWindowInAServerOfItsOwn();
  void theServerStartsOnlyWhenSomebodyConnects();
  void theServerEndsWithTheInstance();
  void withoutTheCookieNobodyConnects();
  void theServersWindowIsAsLargeAsTheAppsAndNamedLikeIt();
  void theAppFollowsTheSizeOfItsWindow();
  void aTitleCannotDeceive();
  void closingTheWindowAsksTheApp();
  void dialogsStandInFrames();
  void underX11TheAppFollowsTheSizeOfItsWindow();
  void underX11TheHostsWindowsAreOutOfSight();
  void theSharedServerTakesAGrant();

  void readsAuthorityFiles();
  void readsDisplayNames_data();
  void readsDisplayNames();
  void knowsProgramsThatSpeakXOnly();
};

namespace {
const std::vector<std::pair<std::string, std::string>> WAYLAND = {{"WAYLAND_DISPLAY", "wayland-0"}};

std::vector<std::string> globalsAt(DisplayWorld& world, const QString& socket) {
  auto connected = WaylandLink::connect(world.io.unixEventPort, socket.toStdString());
  KJ_IF_MAYBE (link, connected) {
    (*link)->look().wait(world.io.waitScope);
    return (*link)->globals();
  }
  return {};
}

bool contains(const std::vector<std::string>& list, const char* name) {
  return std::ranges::find(list, name) != list.end();
}

QByteArray notes(const Display& display) {
  QByteArray all;
  for (auto& note : display.notes) all += QByteArray::fromStdString(note) + "; ";
  return all;
}

// Connects like any client would, blocking, and binds `interface` by the number it has outside. True if the compositor
// lets it.
struct Bound {
  uint32_t name = 0;
  uint32_t version = 0;
};
Bound findGlobal(const QString& socket, const char* interface) {
  auto display = wl_display_connect(socket.toUtf8().constData());
  if (display == nullptr) return {};
  struct Search {
    const char* interface;
    Bound found;
  } search{interface, {}};
  static constexpr wl_registry_listener LISTENER = {
      [](void* data, wl_registry*, uint32_t name, const char* interface, uint32_t version) {
        auto search = static_cast<Search*>(data);
        if (strcmp(interface, search->interface) == 0) search->found = {name, version};
      },
      [](void*, wl_registry*, uint32_t) {}};
  auto registry = wl_display_get_registry(display);
  wl_registry_add_listener(registry, &LISTENER, &search);
  wl_display_roundtrip(display);
  wl_registry_destroy(registry);
  wl_display_disconnect(display);
  return search.found;
}
bool canBind(const QString& socket, const char* interface, Bound global) {
  auto display = wl_display_connect(socket.toUtf8().constData());
  if (display == nullptr) return false;
  auto registry = wl_display_get_registry(display);
  wl_interface fake{};
  fake.name = interface;
  fake.version = static_cast<int>(global.version);
  auto* bound = static_cast<wl_proxy*>(wl_registry_bind(registry, global.name, &fake, 1));
  bool fine = wl_display_roundtrip(display) >= 0;
  wl_proxy_destroy(bound);
  wl_registry_destroy(registry);
  wl_display_disconnect(display);
  return fine;
}

bool canConnect(const QString& socket) {
  auto display = wl_display_connect(socket.toUtf8().constData());
  if (display == nullptr) return false;
  bool answered = wl_display_roundtrip(display) >= 0;
  wl_display_disconnect(display);
  return answered;
}
}  // namespace

void DisplayTest::initTestCase() {
  for (auto program :
       {"labwc", "Xwayland", "Xvfb", "Xephyr", "xterm", "xwininfo", "xdpyinfo", "xmessage", "wlrctl", "xdotool"}) {
    if (QStandardPaths::findExecutable(program).isEmpty()) QSKIP("a virtual screen is missing");
  }
}

void DisplayTest::behindTheContextNothingPrivilegedIsOffered() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto display = world.open(world.request(WAYLAND));
  QCOMPARE(display.name, std::string("wayland"));
  QCOMPARE(display.bindings.size(), 1u);
  QCOMPARE(display.bindings[0].path, std::string("/run/user/1000/wayland-0"));
  QVERIFY((display.environment == SessionVariables{{"WAYLAND_DISPLAY", "wayland-0"}, {"XDG_SESSION_TYPE", "wayland"}}));
  auto outside = globalsAt(world, world.path("session/wayland-0"));
  auto inside = globalsAt(world, world.path("instance/wayland"));
  QVERIFY(contains(outside, "zwlr_screencopy_manager_v1"));
  QVERIFY(contains(outside, "wp_security_context_manager_v1"));
  QVERIFY(contains(inside, "xdg_wm_base"));
  QVERIFY(contains(inside, "wl_seat"));
  for (auto name :
       {"zwlr_screencopy_manager_v1", "zwlr_export_dmabuf_manager_v1", "ext_image_copy_capture_manager_v1",
        "zwp_virtual_keyboard_manager_v1", "zwlr_virtual_pointer_manager_v1", "zwlr_data_control_manager_v1",
        "ext_data_control_manager_v1", "zwlr_layer_shell_v1", "zwlr_foreign_toplevel_manager_v1",
        "zwp_input_method_manager_v2", "ext_session_lock_manager_v1", "wp_security_context_manager_v1"}) {
    QVERIFY2(!contains(inside, name), name);
  }
}

void DisplayTest::behindTheContextNothingPrivilegedCanBeBound_data() {
  QTest::addColumn<QByteArray>("interface");
  for (auto name : {"zwlr_screencopy_manager_v1", "zwp_virtual_keyboard_manager_v1", "zwlr_virtual_pointer_manager_v1",
                    "zwlr_data_control_manager_v1", "zwlr_layer_shell_v1", "wp_security_context_manager_v1"}) {
    QTest::newRow(name) << QByteArray(name);
  }
}

void DisplayTest::behindTheContextNothingPrivilegedCanBeBound() {
  QFETCH(QByteArray, interface);
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto display = world.open(world.request(WAYLAND));
  auto outside = world.path("session/wayland-0"), inside = world.path("instance/wayland");
  auto global = findGlobal(outside, interface);
  QVERIFY(global.name != 0);
  QVERIFY(canBind(outside, interface, global));
  QVERIFY(!canBind(inside, interface, global));
  auto harmless = findGlobal(inside, "xdg_wm_base");
  QVERIFY(canBind(inside, "xdg_wm_base", harmless));
}

void DisplayTest::theSocketEndsWithTheInstance() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto display = world.open(world.request(WAYLAND));
  QVERIFY(canConnect(world.path("instance/wayland")));
  display.keepAlive = nullptr;
  QVERIFY(eventually([&] { return !canConnect(world.path("instance/wayland")); }));
  QVERIFY(canConnect(world.path("session/wayland-0")));
}

void DisplayTest::aCompositorWithNothingPrivilegedNeedsNoContext() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto outer = world.open(world.request(WAYLAND));
  // What an app sees of labwc is just such a compositor.
  QDir().mkpath(world.path("second"));
  auto request = world.request({{"WAYLAND_DISPLAY", world.path("instance/wayland").toStdString()}});
  request.runtimeDirectory = world.path("second").toStdString();
  auto display = world.open(kj::mv(request));
  QVERIFY2(display.name == "wayland", notes(display));
  QVERIFY(!display.notes.empty());
  QVERIFY(privilegedAmong({"wl_compositor", "xdg_wm_base", "gtk_shell1"}).empty());
  QVERIFY((privilegedAmong({"wl_compositor", "zwlr_screencopy_manager_v1", "unheard_of_v1"}) ==
           std::vector<std::string>{"zwlr_screencopy_manager_v1", "unheard_of_v1"}));
}

void DisplayTest::aHungCompositorDoesNotHangTheLaunch() {
  DisplayWorld world;
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  strcpy(address.sun_path, world.path("session/wayland-0").toUtf8().constData());
  QCOMPARE(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  QCOMPARE(listen(listener, 1), 0);
  auto display = world.open(world.request(WAYLAND));
  QCOMPARE(display.name, std::string("none"));
  QVERIFY(!display.notes.empty());
  QVERIFY(display.bindings.empty());
  close(listener);
}

// The launcher learns of the person's grants while the compositor is asked, and not before.
void DisplayTest::theCompositorIsAskedBeforeGrantsAreKnown() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto grants = kj::newPromiseAndFulfiller<DisplayPermits>();
  auto opening = world.begin(world.request(WAYLAND), kj::mv(grants.promise));
  QVERIFY(world.untilWithLoop([&] { return canConnect(world.path("instance/wayland")); }));
  QVERIFY(!opening.poll(world.io.waitScope));
  grants.fulfiller->fulfill(DisplayPermits());
  QCOMPARE(opening.wait(world.io.waitScope).name, std::string("wayland"));
}

void DisplayTest::whereGrantsAreRefusedNothingStaysOpen() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto grants = kj::newPromiseAndFulfiller<DisplayPermits>();
  auto opening = world.begin(world.request(WAYLAND), kj::mv(grants.promise));
  QVERIFY(world.untilWithLoop([&] { return canConnect(world.path("instance/wayland")); }));
  grants.fulfiller->reject(KJ_EXCEPTION(FAILED, "not this app"));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, opening.wait(world.io.waitScope));
  QVERIFY(world.untilWithLoop([&] { return !canConnect(world.path("instance/wayland")); }));
}

void DisplayTest::withoutASessionThereIsNoScreen() {
  DisplayWorld world;
  for (auto& session : {SessionVariables{}, SessionVariables{{"WAYLAND_DISPLAY", "wayland-9"}},
                        SessionVariables{{"WAYLAND_DISPLAY", "../../x"}},
                        SessionVariables{{"DISPLAY", "localhost:10.0"}}, SessionVariables{{"DISPLAY", ":65000"}}}) {
    auto request = world.request(session);
    request.needsX = true;
    auto display = world.open(kj::mv(request), {.sharedX = true});
    QCOMPARE(display.name, std::string("none"));
    QVERIFY(display.bindings.empty() && display.environment.empty());
  }
}

void DisplayTest::xtermMapsAWindowInAServerOfItsOwn() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto request = world.request(WAYLAND);
  request.needsX = true;
  auto display = world.open(kj::mv(request));
  QVERIFY2(display.name == "own X server", notes(display));
  auto xterm = DisplayWorld::start(display, "/usr/bin/xterm", {"-T", "latchkey-window", "-e", "/bin/cat"});
  QByteArray tree;
  QVERIFY2(world.untilWithLoop([&] {
    tree = world.run(display, "/usr/bin/xwininfo", {"-root", "-tree"}).second;
    return tree.contains("latchkey-window");
  }),
           tree);
  QVERIFY(world.untilWithLoop([&] {
    return world.run(display, "/usr/bin/xwininfo", {"-name", "latchkey-window"})
        .second.contains("Map State: IsViewable");
  }));
}

void DisplayTest::theServerStartsOnlyWhenSomebodyConnects() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto request = world.request(WAYLAND);
  request.needsX = true;
  auto display = world.open(kj::mv(request));
  auto children = [] {
    QFile file("/proc/self/task/" + QString::number(getpid()) + "/children");
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').size() : 0;
  };
  auto before = children();
  world.untilWithLoop([] { return false; }, 300);
  QCOMPARE(children(), before);
  auto [status, said] = world.run(display, "/usr/bin/xdpyinfo", {});
  QVERIFY2(status == 0 && said.contains("vendor string"), said);
  // It ends with its last client and comes again with the next.
  QVERIFY(world.untilWithLoop([&] { return children() == before; }, 30000));
  QCOMPARE(world.run(display, "/usr/bin/xdpyinfo", {}).first, 0);
}

void DisplayTest::theServerEndsWithTheInstance() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto request = world.request(WAYLAND);
  request.needsX = true;
  auto display = world.open(kj::mv(request));
  auto xterm = DisplayWorld::start(display, "/usr/bin/xterm", {"-e", "/bin/cat"});
  QVERIFY(world.untilWithLoop(
      [&] { return world.run(display, "/usr/bin/xwininfo", {"-root", "-tree"}).second.contains("xterm"); }));
  display.keepAlive = nullptr;
  QVERIFY(world.untilWithLoop([&] { return xterm.tryReap() != nullptr; }));  // Its server has gone.
  QVERIFY(!QFile::exists(world.path("instance/x11")));
  QVERIFY(!QFile::exists(world.path("instance/x11-authority")));
}

void DisplayTest::withoutTheCookieNobodyConnects() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto request = world.request(WAYLAND);
  request.needsX = true;
  auto display = world.open(kj::mv(request));
  QCOMPARE(world.run(display, "/usr/bin/xdpyinfo", {}).first, 0);
  std::erase_if(display.environment, [](auto& variable) { return variable.first == "XAUTHORITY"; });
  auto [status, said] = world.run(display, "/usr/bin/xdpyinfo", {});
  QVERIFY(status != 0);
  QVERIFY2(said.contains("unable to open display"), said);
}

namespace {
// Width and height of the window called `name`, by what X says; nothing while it is not seen.
QByteArray sizeOf(DisplayWorld& world, const Display& display, const std::string& name) {
  auto [status, said] = world.run(display, "/usr/bin/xwininfo", {"-name", name});
  auto value = [&](const char* what) {
    auto begin = said.indexOf(what);
    auto end = said.indexOf('\n', begin);
    return begin < 0 ? QByteArray() : said.mid(begin + qstrlen(what), end - begin - qsizetype(qstrlen(what))).trimmed();
  };
  return status == 0 && said.contains("IsViewable") ? value("Width:") + "x" + value("Height:") : QByteArray();
}

QByteArray screenOf(DisplayWorld& world, const Display& display) {
  auto said = world.run(display, "/usr/bin/xwininfo", {"-root"}).second;
  return said.mid(said.indexOf("-geometry ") + 10).split('+')[0];
}

// The app's first window, "letters", and a dialog in front of it, "question".
struct LettersAndQuestion {
  DisplayWorld world;
  bool seen = world.startLabwc();
  Display display = world.open(world.needingX(WAYLAND));
  Confined letters = show("letters", "/usr/bin/xterm", {"-T", "letters", "-e", "/bin/cat"});
  Confined question = show("question", "/usr/bin/xmessage", {"-title", "question", "Really?"});

  Confined show(const char* title, const char* program, std::vector<std::string> arguments) {
    auto started = DisplayWorld::start(display, program, std::move(arguments));
    seen = world.untilWithLoop([&] { return !sizeOf(world, display, title).isEmpty(); }) && seen;
    return started;
  }
};
}  // namespace

void DisplayTest::theServersWindowIsAsLargeAsTheAppsAndNamedLikeIt() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto display = world.open(world.needingX(WAYLAND));
  auto xterm = DisplayWorld::start(display, "/usr/bin/xterm", {"-T", "Ada's letters", "-e", "/bin/cat"});
  QVERIFY2(world.untilWithLoop([&] { return world.toplevels() == "org.example.App: Ada's letters\n"; }),
           world.toplevels());
  QByteArray size;
  QVERIFY(world.untilWithLoop([&] { return !(size = sizeOf(world, display, "Ada's letters")).isEmpty(); }));
  QVERIFY2(world.untilWithLoop([&] { return screenOf(world, display) == size; }),
           screenOf(world, display) + " " + size);
}

void DisplayTest::theAppFollowsTheSizeOfItsWindow() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto display = world.open(world.needingX(WAYLAND));
  auto xterm = DisplayWorld::start(display, "/usr/bin/xterm", {"-T", "letters", "-e", "/bin/cat"});
  QByteArray before;
  QVERIFY(world.untilWithLoop([&] { return !(before = sizeOf(world, display, "letters")).isEmpty(); }));
  QVERIFY(world.untilWithLoop([&] { return screenOf(world, display) == before; }));
  world.runOnLabwc("wlrctl", {"toplevel", "maximize", "app_id:org.example.App"});
  QVERIFY(world.untilWithLoop([&] { return screenOf(world, display).startsWith("1280x"); }));
  QVERIFY(world.untilWithLoop([&] { return sizeOf(world, display, "letters") == screenOf(world, display); }));
}

void DisplayTest::aTitleCannotDeceive() {
  DisplayWorld world;
  QVERIFY(world.startLabwc());
  auto display = world.open(world.needingX(WAYLAND));
  auto xterm =
      DisplayWorld::start(display, "/usr/bin/xterm", {"-T", "a\u202eb" + std::string(3000, 'x'), "-e", "/bin/cat"});
  QVERIFY(world.untilWithLoop([&] { return world.toplevels().contains("xxx"); }));
  auto shown = world.toplevels();
  QVERIFY2(shown.size() < 300 && !shown.contains("\u202e"), shown);
}

void DisplayTest::closingTheWindowAsksTheApp() {
  LettersAndQuestion app;
  QVERIFY(app.seen);
  auto& world = app.world;
  auto& display = app.display;
  // What stands in front is asked first; the server and all else go on.
  world.runOnLabwc("wlrctl", {"toplevel", "close", "app_id:org.example.App"});
  QVERIFY(world.untilWithLoop([&] { return app.question.tryReap() != nullptr; }));
  QVERIFY(app.letters.tryReap() == nullptr);
  QVERIFY(!sizeOf(world, display, "letters").isEmpty());
  world.runOnLabwc("wlrctl", {"toplevel", "close", "app_id:org.example.App"});
  QVERIFY(world.untilWithLoop([&] { return app.letters.tryReap() != nullptr; }));
  QVERIFY2(world.untilWithLoop([&] { return world.toplevels().isEmpty(); }), world.toplevels());
}

void DisplayTest::dialogsStandInFrames() {
  LettersAndQuestion app;
  QVERIFY(app.seen);
  auto& world = app.world;
  auto& display = app.display;
  auto tree = world.run(display, "/usr/bin/xwininfo", {"-name", "question", "-tree"}).second;
  auto parent = tree.mid(tree.indexOf("Parent window id: ") + 18).split('\n')[0];
  QVERIFY2(!parent.contains("root window"), tree);
  auto first = world.run(display, "/usr/bin/xwininfo", {"-name", "letters", "-tree"}).second;
  QVERIFY2(first.mid(first.indexOf("Parent window id: ")).split('\n')[0].contains("root window"), first);
  // The title of the desktop's window stays the app's own.
  QCOMPARE(world.toplevels(), QByteArray("org.example.App: letters\n"));
}

void DisplayTest::underX11TheAppFollowsTheSizeOfItsWindow() {
  DisplayWorld world;
  QByteArray number;
  QVERIFY(world.startXvfb(number));
  auto display = world.open(world.request({{"DISPLAY", ":" + number.toStdString()}}));
  auto xterm = DisplayWorld::start(display, "/usr/bin/xterm", {"-T", "letters", "-e", "/bin/cat"});
  QVERIFY(world.untilWithLoop([&] { return sizeOf(world, display, "letters") == "800x600"; }));
  auto windows = world.runOnHost(number, "xdotool", {"search", "--name", "org.example.App"}).trimmed().split('\n');
  world.runOnHost(number, "xdotool", {"windowsize", windows.last(), "900", "700"});
  QVERIFY2(world.untilWithLoop([&] { return sizeOf(world, display, "letters") == "900x700"; }),
           sizeOf(world, display, "letters"));
}

void DisplayTest::underX11TheHostsWindowsAreOutOfSight() {
  DisplayWorld world;
  QByteArray number;
  QVERIFY(world.startXvfb(number));
  world.startOnHost(number, "xterm", {"-T", "host-secret", "-e", "/bin/cat"});
  QByteArray host;
  QVERIFY2(eventually([&] {
             return (host = world.runOnHost(number, "xwininfo", {"-root", "-tree"})).contains("host-secret");
           }),
           host);

  auto display = world.open(world.request({{"DISPLAY", ":" + number.toStdString()}}));
  QVERIFY2(display.name == "own X server", notes(display));
  auto xterm = DisplayWorld::start(display, "/usr/bin/xterm", {"-T", "inside-window", "-e", "/bin/cat"});
  QByteArray tree;
  QVERIFY2(world.untilWithLoop([&] {
    tree = world.run(display, "/usr/bin/xwininfo", {"-root", "-tree"}).second;
    return tree.contains("inside-window");
  }),
           tree);
  QVERIFY2(!tree.contains("host-secret"), tree);
  auto outside = world.runOnHost(number, "xwininfo", {"-root", "-tree"});
  QVERIFY2(outside.contains("org.example.App"), outside);  // Xephyr's window, named after the app.
  QVERIFY(!outside.contains("inside-window"));
  // The host's display is not there under any name.
  auto sockets = world.run(display, "/bin/sh", {"-c", "ls /tmp/.X11-unix; grep -c X11 /proc/net/unix"}).second;
  QCOMPARE(sockets, QByteArray("X0\n0\n"));
}

void DisplayTest::theSharedServerTakesAGrant() {
  DisplayWorld world;
  QByteArray number;
  QVERIFY(world.startXvfb(number));
  auto request = world.request({{"DISPLAY", ":" + number.toStdString()}});
  auto display = world.open(kj::mv(request), {.sharedX = true});
  QCOMPARE(display.name, std::string("shared X server"));
  auto [status, said] = world.run(display, "/usr/bin/xdpyinfo", {});
  QVERIFY2(status == 0 && said.contains("1280x1024"), said);
}

void DisplayTest::readsAuthorityFiles() {
  std::string cookie(16, 'c');
  QCOMPARE(findXCookie(xAuthorityFile(cookie), "0").value_or(""), cookie);
  std::string file(
      "\x01\x00\x00\x04host\x00\x01"
      "7\x00\x12MIT-MAGIC-COOKIE-1\x00\x03new",
      36);
  QCOMPARE(findXCookie(file, "7").value_or(""), std::string("new"));
  QVERIFY(!findXCookie(file, "8"));
  for (size_t cut = 0; cut < file.size(); ++cut) QVERIFY(!findXCookie(file.substr(0, cut), "7"));
  QVERIFY(freshXCookie() != freshXCookie());
}

void DisplayTest::readsDisplayNames_data() {
  QTest::addColumn<QByteArray>("name");
  QTest::addColumn<QByteArray>("number");
  QTest::newRow("plain") << QByteArray(":7") << QByteArray("7");
  QTest::newRow("screen") << QByteArray(":7.1") << QByteArray("7");
  QTest::newRow("unix") << QByteArray("unix:0") << QByteArray("0");
  QTest::newRow("other machine") << QByteArray("host:10.0") << QByteArray();
  QTest::newRow("path") << QByteArray(":../../x") << QByteArray();
  QTest::newRow("empty") << QByteArray() << QByteArray();
  QTest::newRow("no number") << QByteArray(":") << QByteArray();
}

void DisplayTest::readsDisplayNames() {
  QFETCH(QByteArray, name);
  QFETCH(QByteArray, number);
  QCOMPARE(QByteArray::fromStdString(localDisplayNumber(name.toStdString()).value_or("")), number);
}

void DisplayTest::knowsProgramsThatSpeakXOnly() {
  QVERIFY(speaksXOnly("/usr/bin/xterm"));
  QVERIFY(speaksXOnly("/usr/bin/xclock"));
  for (auto program : {"/usr/bin/foot", "/usr/bin/featherpad", "/usr/bin/mousepad", "/usr/bin/true", "/usr/bin/uxterm",
                       "/dev/zero", "/none"}) {
    QVERIFY2(!speaksXOnly(program), program);
  }
}

QTEST_GUILESS_MAIN(DisplayTest)
#include "display-test.moc"
