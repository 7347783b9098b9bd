// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Real pictures of a real PipeWire, to an app that holds what our portals gave it. Frames arrive; once the grant ends
// none does, whatever the app holds on to.
//
// A compositor's virtual screen through xdg-desktop-portal-wlr is tried as well. That backend gives no picture where
// the compositor has no GPU to share buffers of; then what is tested there is that all up to it works and that the
// session ends. Frames of a screen are those of a test picture, from a backend of ours.

#include <pipewire/pipewire.h>
#include <signal.h>
#include <spa/param/video/format-utils.h>
#include <spa/pod/builder.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <mutex>

#include "broker/base/files.h"
#include "tests/portals/desktop/fake-backend.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char CAST[] = "org.freedesktop.portal.ScreenCast";
constexpr char CAMERA[] = "org.freedesktop.portal.Camera";
constexpr char CAMERA_CONF[] = R"(
context.spa-libs = { videotestsrc = videotestsrc/libspa-videotestsrc }
context.objects = [
  { factory = spa-node-factory
    args = { factory.name = videotestsrc node.name = camera media.class = Video/Source media.role = Camera } }
  { factory = spa-node-factory
    args = { factory.name = videotestsrc node.name = private media.class = Video/Source } }
]
)";

void write(const QString& path, const char* text) {
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(text);
}

// A session with a screen, PipeWire and a backend.
class Desktop {
public:
  explicit Desktop(DesktopWorld& world) : m_world(world) {
    for (auto name : {"runtime", "config/labwc"}) QDir(m_root.path()).mkpath(name);
    QFile::setPermissions(path("runtime"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    write(path("config/pipewire/pipewire.conf.d/camera.conf"), CAMERA_CONF);
    write(path("config/xdg-desktop-portal-wlr/config"), "[screencast]\nchooser_type=none\noutput_name=HEADLESS-1\n");
    for (auto key : {"XDG_CONFIG_HOME", "PIPEWIRE_REMOTE"}) qunsetenv(key);
    write(path("config/portals.conf"), "[preferred]\ndefault=wlr;\n");
    qputenv("XDG_RUNTIME_DIR", path("runtime").toUtf8());
    world.places = {.configurations = {path("config").toStdString()},
                    .portals = {"/usr/share/xdg-desktop-portal/portals"},
                    .desktops = {"wlroots"},
                    .own = ""};
  }
  ~Desktop() {
    for (auto one = m_running.rbegin(); one != m_running.rend(); ++one) {
      (*one)->terminate();
      if (!(*one)->waitForFinished(3000)) (*one)->kill();
      (*one)->waitForFinished();
    }
  }

  QString path(const char* name) const { return m_root.path() + QLatin1Char('/') + QLatin1String(name); }

  bool startPipeWire() {
    run("pipewire", {});
    bool there = m_world.until([&] { return QFile::exists(path("runtime/pipewire-0-manager")); });
    run("wireplumber", {});
    return there;
  }

  bool startScreen() {
    run("labwc", {"-C", path("config/labwc")});
    if (!m_world.until([&] { return QFile::exists(path("runtime/wayland-0")); })) return false;
    // Something that moves: only what changes is sent.
    run("foot", {"sh", "-c", "while :; do echo $RANDOM$$; date +%N; sleep 0.05; done"});
    // A screen that has shown nothing yet has no format.
    if (!m_world.until([&] { return done("grim", {path("first.png")}); })) return false;
    run("/usr/libexec/xdg-desktop-portal-wlr", {"-r"});
    auto& asking = m_world.onSession();
    return m_world.until([&] {
      auto answer = m_world.wait(asking.call({.destination = "org.freedesktop.DBus",
                                              .path = "/org/freedesktop/DBus",
                                              .interface = "org.freedesktop.DBus",
                                              .member = "NameHasOwner",
                                              .arguments = {"org.freedesktop.impl.portal.desktop.wlr"}}));
      return answer.arguments[0].asFlag();
    });
  }

  // The number that PipeWire gave to a node; 0: there is none.
  uint32_t nodeNamed(const char* name) { return static_cast<uint32_t>(numbersOf(name).first); }
  // And the one that it gives to no other.
  uint64_t serialOf(const char* name) { return numbersOf(name).second; }

private:
  std::pair<uint64_t, uint64_t> numbersOf(const char* name) {
    std::pair<uint64_t, uint64_t> found;
    m_world.until([&] {
      QProcess dump;
      dump.setProcessEnvironment(environment("pw-dump"));
      dump.start("pw-dump", QStringList());
      dump.waitForFinished(5000);
      for (auto one : QJsonDocument::fromJson(dump.readAllStandardOutput()).array()) {
        auto properties = one.toObject()["info"].toObject()["props"].toObject();
        if (properties["node.name"].toString() == name)
          found = {one.toObject()["id"].toInt(), properties["object.serial"].toInteger()};
      }
      return found.first != 0;
    });
    return found;
  }

  QProcessEnvironment environment(const QString& program) const {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_RUNTIME_DIR", path("runtime"));
    environment.insert("XDG_CONFIG_HOME", path("config"));
    environment.insert("XDG_STATE_HOME", path("state"));
    environment.insert("DBUS_SESSION_BUS_ADDRESS", QString::fromStdString(m_world.sessionBus.address()));
    environment.insert("WLR_BACKENDS", "headless");
    environment.insert("WLR_RENDERER", "pixman");
    environment.insert("WLR_LIBINPUT_NO_DEVICES", "1");
    environment.remove("DISPLAY");
    environment.remove("WAYLAND_DISPLAY");
    if (program != "labwc") environment.insert("WAYLAND_DISPLAY", "wayland-0");
    return environment;
  }

  bool done(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.setProcessEnvironment(environment(program));
    process.start(program, arguments);
    return process.waitForFinished(5000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
  }

  void run(const QString& program, const QStringList& arguments) {
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(environment(program));
    bool show = qEnvironmentVariableIsSet("LATCHKEY_SHOW");
    process->setProcessChannelMode(show ? QProcess::ForwardedChannels : QProcess::MergedChannels);
    if (!show) process->setStandardOutputFile("/dev/null");
    process->start(program, arguments);
    m_running.push_back(std::move(process));
  }

  DesktopWorld& m_world;
  QTemporaryDir m_root;
  std::vector<std::unique_ptr<QProcess>> m_running;
};

// An app that plays what it was given, on a thread of its own.
class Viewer {
public:
  explicit Viewer(kj::AutoCloseFd fd) {
    pw_init(nullptr, nullptr);
    m_loop = pw_thread_loop_new("viewer", nullptr);
    pw_thread_loop_start(m_loop);
    pw_thread_loop_lock(m_loop);
    m_context = pw_context_new(pw_thread_loop_get_loop(m_loop), nullptr, 0);
    m_core = pw_context_connect_fd(m_context, fd.release(), nullptr, 0);
    m_coreEvents.version = PW_VERSION_CORE_EVENTS;
    m_coreEvents.error = [](void* self, uint32_t id, int, int result, const char*) {
      if (id == PW_ID_CORE && result == -EPIPE) static_cast<Viewer*>(self)->m_cut = true;
    };
    pw_core_add_listener(m_core, &m_coreHook, &m_coreEvents, this);
    m_registryEvents.version = PW_VERSION_REGISTRY_EVENTS;
    m_registryEvents.global = [](void* self, uint32_t id, uint32_t, const char* type, uint32_t, const spa_dict*) {
      auto& viewer = *static_cast<Viewer*>(self);
      std::scoped_lock lock(viewer.m_lock);
      viewer.m_seen[id] = type;
    };
    m_registry = pw_core_get_registry(m_core, PW_VERSION_REGISTRY, 0);
    pw_registry_add_listener(m_registry, &m_registryHook, &m_registryEvents, this);
    pw_thread_loop_unlock(m_loop);
  }

  ~Viewer() {
    pw_thread_loop_stop(m_loop);
    if (m_stream != nullptr) pw_stream_destroy(m_stream);
    spa_hook_remove(&m_registryHook);
    spa_hook_remove(&m_coreHook);
    pw_proxy_destroy(reinterpret_cast<pw_proxy*>(m_registry));
    pw_core_disconnect(m_core);
    pw_context_destroy(m_context);
    pw_thread_loop_destroy(m_loop);
  }

  void play(uint32_t node) {
    pw_thread_loop_lock(m_loop);
    m_streamEvents.version = PW_VERSION_STREAM_EVENTS;
    m_streamEvents.process = [](void* self) {
      auto& viewer = *static_cast<Viewer*>(self);
      auto buffer = pw_stream_dequeue_buffer(viewer.m_stream);
      if (buffer == nullptr) return;
      if (buffer->buffer->datas[0].chunk->size > 0) ++viewer.m_frames;
      pw_stream_queue_buffer(viewer.m_stream, buffer);
    };
    m_stream = pw_stream_new(m_core, "viewer",
                             pw_properties_new(PW_KEY_MEDIA_TYPE, "Video", PW_KEY_MEDIA_CATEGORY, "Capture", nullptr));
    pw_stream_add_listener(m_stream, &m_streamHook, &m_streamEvents, this);
    uint8_t space[2048];
    spa_pod_builder builder = SPA_POD_BUILDER_INIT(space, sizeof space);
    auto format = static_cast<const spa_pod*>(spa_pod_builder_add_object(
        &builder, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat, SPA_FORMAT_mediaType, SPA_POD_Id(SPA_MEDIA_TYPE_video),
        SPA_FORMAT_mediaSubtype, SPA_POD_Id(SPA_MEDIA_SUBTYPE_raw)));
    pw_stream_connect(m_stream, PW_DIRECTION_INPUT, node,
                      static_cast<pw_stream_flags>(PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS), &format,
                      1);
    pw_thread_loop_unlock(m_loop);
  }

  int frames() const { return m_frames; }
  bool cut() const { return m_cut; }
  // Nodes that it can see, but for its own.
  std::set<uint32_t> nodes(const std::string& type = PW_TYPE_INTERFACE_Node) {
    std::scoped_lock lock(m_lock);
    std::set<uint32_t> found;
    for (auto& [id, seen] : m_seen) {
      if (seen == type) found.insert(id);
    }
    return found;
  }

private:
  pw_thread_loop* m_loop = nullptr;
  pw_context* m_context = nullptr;
  pw_core* m_core = nullptr;
  pw_registry* m_registry = nullptr;
  pw_stream* m_stream = nullptr;
  spa_hook m_coreHook{}, m_registryHook{}, m_streamHook{};
  pw_core_events m_coreEvents{};
  pw_registry_events m_registryEvents{};
  pw_stream_events m_streamEvents{};
  std::mutex m_lock;
  std::map<uint32_t, std::string> m_seen;
  std::atomic<int> m_frames = 0;
  std::atomic<bool> m_cut = false;
};

Value none() { return asArgument({}); }

Permission yes(const std::string& right) { return {.granted = true, .grant = "grant of " + right}; }

}  // namespace

class CaptureTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void aScreenIsSeenUntilItsGrantEnds();
  void aCompositorsOwnBackendIsServed();
  void aCameraIsSeenUntilItsGrantEnds();
  void whatAnAppClosesIsNoLongerInUse();
  void aCameraIsReachedConfined();
  void withoutPipeWireThereIsNoCamera();
};

// A session that has been started; the streams as the app is told.
struct Started {
  Value path;
  uint32_t code = 99;
  Options results;
};

Started startCast(DesktopWorld& world, Bus& app) {
  auto made = world.request(app, CAST, "CreateSession", {asArgument({{"session_handle_token", "one"}})});
  Started started{.path = Value::path(textOf(made.results, "session_handle")), .results = {}};
  auto types = asArgument({{"types", Value(uint32_t{1})}});
  KJ_REQUIRE(world.request(app, CAST, "SelectSources", {started.path, types}).code == 0);
  auto answer = world.request(app, CAST, "Start", {started.path, "", none()});
  started.code = answer.code;
  started.results = answer.results;
  return started;
}

// Frames, then the end of the grant, then none.
void expectPicturesUntilTheGrantEnds(DesktopWorld& world, Bus& app, const Started& started) {
  auto node = static_cast<uint32_t>(started.results.at("streams").items().at(0).items()[0].asNumber());
  auto opened = world.call(app, CAST, "OpenPipeWireRemote", {started.path, none()});
  Viewer viewer(duplicate(opened.arguments[0].asDescriptor()));
  QVERIFY(world.until([&] { return viewer.nodes().contains(node); }));
  world.pass(200);
  QCOMPARE(viewer.nodes(), std::set<uint32_t>{node});
  QVERIFY(viewer.nodes(PW_TYPE_INTERFACE_Client).empty());
  viewer.play(node);
  QVERIFY(world.until([&] { return viewer.frames() > 5; }));
  QVERIFY(world.desk.inUse.contains("grant of screencast"));

  world.frontend().grantEnded("grant of screencast");
  QVERIFY(world.until([&] { return viewer.cut(); }));
  auto last = viewer.frames();
  world.pass(1000);
  QCOMPARE(viewer.frames(), last);
  QVERIFY(world.desk.inUse.empty());
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {started.path, none()}),
           std::string("org.freedesktop.DBus.Error.AccessDenied"));
}

void CaptureTest::aScreenIsSeenUntilItsGrantEnds() {
  DesktopWorld world;
  Desktop session(world);
  FakeBackend backend(world, "org.freedesktop.impl.portal.ScreenCast;");
  world.desk.onPermit = yes;
  QVERIFY(session.startPipeWire());
  auto screen = session.nodeNamed("private");
  QVERIFY(screen != 0);
  backend.results = {{"streams", Value::array("(ua{sv})", {Value::tuple({screen, none()})})}};
  world.start();
  auto& app = world.guest();
  auto started = startCast(world, app);
  QCOMPARE(started.code, 0u);
  auto told = started.results.at("streams").items().at(0).items()[1].asDictionary();
  QVERIFY(told["pipewire-serial"] == Value::ofNumber('t', session.serialOf("private")));
  expectPicturesUntilTheGrantEnds(world, app, started);
}

void CaptureTest::aCompositorsOwnBackendIsServed() {
  DesktopWorld world;
  Desktop session(world);
  world.desk.onPermit = yes;
  QVERIFY(session.startPipeWire());
  QVERIFY(session.startScreen());
  world.start();
  auto& app = world.guest();
  auto types = world.call(app, "org.freedesktop.DBus.Properties", "Get", {CAST, "AvailableSourceTypes"});
  QCOMPARE(types.arguments[0].inside().asNumber(), uint64_t{1});
  auto started = startCast(world, app);
  if (started.code == 0) return expectPicturesUntilTheGrantEnds(world, app, started);
  QCOMPARE(world.error(app, CAST, "OpenPipeWireRemote", {started.path, none()}),
           std::string("org.freedesktop.DBus.Error.AccessDenied"));
  QVERIFY(world.desk.inUse.empty());
}

void CaptureTest::aCameraIsSeenUntilItsGrantEnds() {
  DesktopWorld world;
  Desktop session(world);
  QVERIFY(session.startPipeWire());
  world.start();
  auto& app = world.guest();
  auto there = world.call(app, "org.freedesktop.DBus.Properties", "Get", {CAMERA, "IsCameraPresent"});
  QVERIFY(there.arguments[0].inside().asFlag());
  QCOMPARE(world.error(app, CAMERA, "OpenPipeWireRemote", {none()}),
           std::string("org.freedesktop.portal.Error.NotAllowed"));
  QCOMPARE(world.request(app, CAMERA, "AccessCamera", {none()}).code, 1u);
  QCOMPARE(world.error(app, CAMERA, "OpenPipeWireRemote", {none()}),
           std::string("org.freedesktop.portal.Error.NotAllowed"));
  world.desk.onPermit = yes;
  QCOMPARE(world.request(app, CAMERA, "AccessCamera", {none()}).code, 0u);
  auto opened = world.call(app, CAMERA, "OpenPipeWireRemote", {none()});
  Viewer viewer(duplicate(opened.arguments[0].asDescriptor()));
  QVERIFY(world.until([&] { return !viewer.nodes().empty(); }));
  world.pass(200);
  QCOMPARE(viewer.nodes().size(), size_t{1});  // And not the other source.
  viewer.play(*viewer.nodes().begin());
  QVERIFY(world.until([&] { return viewer.frames() > 5; }));
  QVERIFY(world.desk.inUse.contains("grant of camera"));

  world.frontend().grantEnded("grant of camera");
  QVERIFY(world.until([&] { return viewer.cut(); }));
  auto last = viewer.frames();
  world.pass(1000);
  QCOMPARE(viewer.frames(), last);
  QVERIFY(world.until([&] { return world.desk.inUse.empty(); }));
  QCOMPARE(world.error(app, CAMERA, "OpenPipeWireRemote", {none()}),
           std::string("org.freedesktop.portal.Error.NotAllowed"));
}

void CaptureTest::whatAnAppClosesIsNoLongerInUse() {
  DesktopWorld world;
  Desktop session(world);
  world.desk.onPermit = yes;
  QVERIFY(session.startPipeWire());
  world.start();
  auto& app = world.guest();
  QCOMPARE(world.request(app, CAMERA, "AccessCamera", {none()}).code, 0u);
  {
    auto opened = world.call(app, CAMERA, "OpenPipeWireRemote", {none()});
    QVERIFY(world.until([&] { return world.desk.inUse.size() == 1; }));
  }
  QVERIFY(world.until([&] { return world.desk.inUse.empty(); }));
  QCOMPARE(world.desk.journal, (std::vector<std::string>{"camera started", "camera ended"}));
}

// The program itself is confined, which this test is not: so what it does with PipeWire is done once more as it does
// it.
void CaptureTest::aCameraIsReachedConfined() {
  DesktopWorld world;
  Desktop session(world);
  QVERIFY(session.startPipeWire());
  QVERIFY(session.nodeNamed("camera") != 0);
  QProcess confined;
  confined.start(QStringLiteral(CONFINED_CAMERA), QStringList());
  QVERIFY(confined.waitForFinished(20000));
  QVERIFY2(confined.exitCode() == 0, confined.readAllStandardError());
  QCOMPARE(confined.readAllStandardOutput(), QByteArray("1\nended\n"));
}

void CaptureTest::withoutPipeWireThereIsNoCamera() {
  DesktopWorld world;
  Desktop session(world);
  world.desk.onPermit = yes;
  world.start();
  auto& app = world.guest();
  auto there = world.call(app, "org.freedesktop.DBus.Properties", "Get", {CAMERA, "IsCameraPresent"});
  QVERIFY(!there.arguments[0].inside().asFlag());
  QCOMPARE(world.request(app, CAMERA, "AccessCamera", {none()}).code, 0u);
  QCOMPARE(world.error(app, CAMERA, "OpenPipeWireRemote", {none()}),
           std::string("org.freedesktop.portal.Error.Failed"));
}

QTEST_GUILESS_MAIN(CaptureTest)
#include "capture-test.moc"
