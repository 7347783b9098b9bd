// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A session with a loudspeaker that is listened to, a microphone and somebody else's music; and programs confined as an
// app would be, with what SoundServer gives them.

#include "launcher/sound/sound-server.h"

#include <fcntl.h>
#include <kj/async-io.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>
#include <cmath>
#include <functional>

using namespace latchkey;

class SoundTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();

  void whatAnAppPlaysIsHeard();
  void pulseAudioProgramsAreHeard();
  void nothingStartsBeforeSomebodyConnects();
  void theMicrophoneIsNotHeard();
  void theMusicOfOthersIsNotHeard();
  void ofTheSessionNothingIsSeen();
  void itEndsWithTheInstance();
};

namespace {

constexpr auto SESSION_CONF = R"(
context.properties = { core.daemon = true core.name = session support.dbus = false mem.allow-mlock = false }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support
  audiotestsrc = audiotestsrc/libspa-audiotestsrc }
context.modules = [
  { name = libpipewire-module-protocol-native args = { sockets = [ { name = "pipewire-0" } ] } }
  { name = libpipewire-module-metadata }
  { name = libpipewire-module-spa-node-factory }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-access }
  { name = libpipewire-module-adapter }
  { name = libpipewire-module-link-factory }
  { name = libpipewire-module-session-manager }
  { name = libpipewire-module-pipe-tunnel args = { tunnel.mode = sink pipe.filename = "%1"
      audio.format = S16LE audio.rate = 48000 audio.channels = 2 audio.position = [ FL FR ]
      stream.props = { node.name = desk-loudspeaker } } }
]
context.objects = [
  { factory = metadata args = { metadata.name = default } }
  { factory = spa-node-factory args = { factory.name = support.node.driver node.name = clock priority.driver = 200000
      node.group = pipewire.dummy node.sync-group = sync.dummy } }
  { factory = adapter args = { factory.name = audiotestsrc node.name = desk-microphone media.class = Audio/Source } }
]
)";

// A second of a tone, as libpulse plays it.
constexpr auto PULSE = R"(
import ctypes, math, struct
pulse = ctypes.CDLL("libpulse-simple.so.0")
class Spec(ctypes.Structure):
    _fields_ = [("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8)]
pulse.pa_simple_new.restype = ctypes.c_void_p
error = ctypes.c_int(0)
stream = pulse.pa_simple_new(None, b"app", 1, None, b"tone", ctypes.byref(Spec(3, 48000, 2)), None, None, ctypes.byref(error))
assert stream, error.value
tone = b"".join(struct.pack("<hh", *[int(9000 * math.sin(i / 20))] * 2) for i in range(96000))
assert pulse.pa_simple_write(ctypes.c_void_p(stream), tone, ctypes.c_size_t(len(tone)), ctypes.byref(error)) == 0
pulse.pa_simple_drain(ctypes.c_void_p(stream), ctypes.byref(error))
)";

void write(const QString& path, const QByteArray& content) {
  QFile file(path);
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(content);
}

template <typename T>
void put(QByteArray& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

QByteArray toneFile(int seconds) {
  QByteArray samples;
  for (int i = 0; i < 48000 * seconds; ++i) {
    for (int channel = 0; channel < 2; ++channel) put(samples, static_cast<int16_t>(9000 * std::sin(i / 20.0)));
  }
  QByteArray file = "RIFF";
  put(file, uint32_t(36 + samples.size()));
  file += "WAVEfmt ";
  put(file, uint32_t(16));
  put(file, uint16_t(1));
  put(file, uint16_t(2));
  put(file, uint32_t(48000));
  put(file, uint32_t(48000 * 4));
  put(file, uint16_t(4));
  put(file, uint16_t(16));
  file += "data";
  put(file, uint32_t(samples.size()));
  return file + samples;
}

bool isSilent(const QByteArray& samples) {
  return std::ranges::all_of(samples, [](char byte) { return byte == 0; });
}

class World {
public:
  World() : io(kj::setupAsyncIo()) {
    for (auto name : {"session", "instance", "app"}) QDir(m_root.path()).mkpath(name);
    write(path("session/session.conf"), QString(SESSION_CONF).arg(path("session/speaker")).toUtf8());
    write(path("tone.wav"), toneFile(3));
    if (mkfifo(path("session/speaker").toUtf8().constData(), 0600) != 0) qFatal("no pipe");
    m_speaker = kj::AutoCloseFd(open(path("session/speaker").toUtf8().constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    run("pipewire", {"-c", path("session/session.conf")});
    if (!until([&] { return QFile::exists(path("session/pipewire-0")); })) qFatal("no PipeWire");
    run("wireplumber", {"-p", "policy"});
    until([&] { return onSession("pw-link", {"-i"}).contains("desk-loudspeaker"); });
  }
  ~World() {
    for (auto one = m_running.rbegin(); one != m_running.rend(); ++one) {
      (*one)->terminate();
      if (!(*one)->waitForFinished(3000)) (*one)->kill();
      (*one)->waitForFinished();
    }
  }

  QString path(const char* name) const { return m_root.path() + "/" + name; }

  kj::Own<SoundServer> give() {
    kj::AutoCloseFd socket(open(path("session/pipewire-0").toUtf8().constData(), O_PATH | O_CLOEXEC));
    return kj::heap<SoundServer>(io.unixEventPort, io.provider->getTimer(),
                                 SoundOrder{.app = "org.example.App",
                                            .socketDirectory = path("instance").toStdString(),
                                            .program = qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-sound",
                                            .session = kj::mv(socket)});
  }

  Confined start(const SoundServer& server, std::string program, std::vector<std::string> arguments, int output = -1) {
    auto pipewire = server.pipewireSocket(), pulse = server.pulseSocket();
    kj::AutoCloseFd files(open(m_root.path().toUtf8().constData(), O_PATH | O_CLOEXEC));
    return Confined::start({.program = std::move(program),
                            .arguments = std::move(arguments),
                            .environment = {{"XDG_RUNTIME_DIR", "/run/user/1000"}},
                            .places = {{pipewire.get(), "/run/user/1000/pipewire-0", true},
                                       {pulse.get(), "/run/user/1000/pulse/native", true},
                                       {files.get(), "/files", true}},
                            .descriptors = {-1, output, -1}});
  }
  // To its end, at most `seconds`; its output.
  QByteArray run(const SoundServer& server, std::string program, std::vector<std::string> arguments, int seconds) {
    QFile output(path("output"));
    if (!output.open(QIODevice::ReadWrite | QIODevice::Truncate)) qFatal("no output");
    auto confined = start(server, std::move(program), std::move(arguments), output.handle());
    until([&] { return confined.tryReap() != nullptr; }, seconds * 1000);
    output.seek(0);
    return output.readAll();
  }

  void run(const QString& program, const QStringList& arguments) {
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(environment());
    process->setStandardErrorFile("/dev/null");
    process->setStandardOutputFile("/dev/null");
    process->start(program, arguments);
    m_running.push_back(std::move(process));
  }
  // A program of the person's: what it wrote within `seconds`.
  QByteArray onSession(const QString& program, const QStringList& arguments, int seconds = 5) {
    QProcess process;
    process.setProcessEnvironment(environment());
    process.start(program, arguments);
    if (!process.waitForFinished(seconds * 1000)) {
      process.terminate();
      process.waitForFinished();
    }
    return process.readAllStandardOutput();
  }

  QByteArray heard() {
    QByteArray all(1 << 20, 0);
    auto size = read(m_speaker, all.data(), static_cast<size_t>(all.size()));
    return all.first(std::max<ssize_t>(0, size));
  }

  bool until(const std::function<bool()>& condition, int milliseconds = 20000) {
    QElapsedTimer timer;
    for (timer.start(); timer.elapsed() < milliseconds;) {
      if (condition()) return true;
      io.provider->getTimer().afterDelay(20 * kj::MILLISECONDS).wait(io.waitScope);
    }
    return condition();
  }

  kj::AsyncIoContext io;

private:
  QProcessEnvironment environment() const {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_RUNTIME_DIR", path("session"));
    environment.remove("PIPEWIRE_REMOTE");
    return environment;
  }

  QTemporaryDir m_root;
  kj::AutoCloseFd m_speaker;
  std::vector<std::unique_ptr<QProcess>> m_running;
};

const std::vector<std::string> RECORD = {"--raw", "--rate", "48000", "--channels", "2", "--format", "s16", "-"};

QStringList asWords(const std::vector<std::string>& words) {
  QStringList list;
  for (auto& word : words) list << QString::fromStdString(word);
  return list;
}

}  // namespace

void SoundTest::initTestCase() {
  if (!SoundServer::available()) QSKIP("PipeWire and WirePlumber are not installed");
}

void SoundTest::whatAnAppPlaysIsHeard() {
  World world;
  auto server = world.give();
  QVERIFY(isSilent(world.heard()));
  auto app = world.start(*server, "/usr/bin/pw-play", {"/files/tone.wav"});
  QVERIFY(world.until([&] { return !isSilent(world.heard()); }));
  // Under the app's own name, in the person's mixer.
  QVERIFY(world.onSession("pw-cli", {"ls", "Node"}).contains("node.name = \"org.example.App\""));
}

void SoundTest::pulseAudioProgramsAreHeard() {
  if (!QFile::exists("/usr/lib/x86_64-linux-gnu/libpulse-simple.so.0")) QSKIP("libpulse is not installed");
  World world;
  auto server = world.give();
  auto app = world.start(*server, "/usr/bin/python3", {"-c", PULSE});
  QVERIFY(world.until([&] { return !isSilent(world.heard()); }));
}

void SoundTest::nothingStartsBeforeSomebodyConnects() {
  World world;
  auto server = world.give();
  auto children = [] {
    QFile file("/proc/self/task/" + QString::number(getpid()) + "/children");
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').size() : 0;
  };
  auto before = children();
  world.until([] { return false; }, 300);
  QCOMPARE(children(), before);
  auto app = world.start(*server, "/usr/bin/pw-cli", {"info", "0"});
  QVERIFY(world.until([&] { return children() > before + 1; }));
}

void SoundTest::theMicrophoneIsNotHeard() {
  World world;
  auto server = world.give();
  QVERIFY(isSilent(world.run(*server, "/usr/bin/pw-record", RECORD, 5)));
  // Outside it is.
  QVERIFY(!isSilent(world.onSession("pw-record", asWords(RECORD))));
}

void SoundTest::theMusicOfOthersIsNotHeard() {
  World world;
  auto server = world.give();
  write(world.path("long.wav"), toneFile(30));
  world.run("pw-play", {world.path("long.wav")});
  QVERIFY(world.until([&] { return !isSilent(world.heard()); }));
  auto monitor = RECORD;
  monitor.insert(monitor.begin(), {"-P", "{ stream.capture.sink = true }"});
  QVERIFY(isSilent(world.run(*server, "/usr/bin/pw-record", monitor, 5)));
  QVERIFY(!isSilent(world.onSession("pw-record", asWords(monitor))));
}

void SoundTest::ofTheSessionNothingIsSeen() {
  World world;
  auto server = world.give();
  QByteArray seen;
  QVERIFY2(world.until([&] {
    seen = world.run(*server, "/usr/bin/pw-cli", {"ls"}, 5);
    return seen.contains("loudspeaker");
  }),
           seen);
  for (auto name : {"desk-loudspeaker", "desk-microphone", "Audio/Source"}) QVERIFY2(!seen.contains(name), seen);
}

void SoundTest::itEndsWithTheInstance() {
  World world;
  auto server = world.give();
  auto app = world.start(*server, "/usr/bin/pw-play", {"/files/tone.wav"});
  QVERIFY(world.until([&] { return !isSilent(world.heard()); }));
  server = nullptr;
  QVERIFY(!QFile::exists(world.path("instance/sound")));
  QVERIFY(world.until([&] { return !world.onSession("pw-cli", {"ls", "Node"}).contains("org.example.App"); }));
}

QTEST_GUILESS_MAIN(SoundTest)
#include "sound-test.moc"
