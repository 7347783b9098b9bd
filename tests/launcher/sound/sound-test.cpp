// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A session with a loudspeaker that is listened to, a microphone and somebody else's music; and programs confined as an
// app would be, with what SoundServer gives them.

#include "launcher/sound/sound-server.h"

#include <fcntl.h>
#include <kj/async-io.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <atomic>
#include <cmath>
#include <functional>
#include <thread>

using namespace latchkey;

class SoundTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void initTestCase();

  void whatAnAppPlaysIsHeard();
  void pulseAudioProgramsAreHeard();
  void nothingStartsBeforeSomebodyConnects();
  void theMicrophoneIsNotHeard();
  void theMicrophoneIsHeardWhileItIsOpen();
  void pulseAudioProgramsHearIt();
  void recordingIsTold();
  void whereThereIsNoMicrophoneNothingIsHeard();
  void anotherMicrophoneIsFollowed();
  void theRecorderSeesItsSourceAlone();
  void theOtherEndCannotAnswer();
  void theMusicOfOthersIsNotHeard();
  void ofTheSessionNothingIsSeen();
  void itEndsWithTheInstance();
};

namespace {

constexpr auto SESSION_CONF = R"(
context.properties = { core.daemon = true core.name = session support.dbus = false mem.allow-mlock = false }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
  { name = libpipewire-module-protocol-native args = { sockets = [
      { name = "pipewire-0" } { name = "pipewire-0-manager" } ] } }
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
  %2
]
context.objects = [
  { factory = metadata args = { metadata.name = default } }
  { factory = spa-node-factory args = { factory.name = support.node.driver node.name = clock priority.driver = 200000
      node.group = pipewire.dummy node.sync-group = sync.dummy } }
]
)";
// A microphone: what is written into its pipe is what it hears.
constexpr auto MICROPHONE = R"(
  { name = libpipewire-module-pipe-tunnel args = { tunnel.mode = source pipe.filename = "%1"
      audio.format = S16LE audio.rate = 48000 audio.channels = 2 audio.position = [ FL FR ]
      stream.props = { node.name = %2 priority.session = 1900 } } }
)";

// Records until it is ended, as libpulse does.
constexpr auto PULSE_RECORD = R"(
import ctypes, sys
pulse = ctypes.CDLL("libpulse-simple.so.0")
class Spec(ctypes.Structure):
    _fields_ = [("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8)]
pulse.pa_simple_new.restype = ctypes.c_void_p
error = ctypes.c_int(0)
small = (ctypes.c_uint32 * 5)(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 4096)
stream = pulse.pa_simple_new(None, b"app", 2, None, b"call", ctypes.byref(Spec(3, 48000, 2)), None, small, ctypes.byref(error))
assert stream, error.value
block = ctypes.create_string_buffer(4096)
while pulse.pa_simple_read(ctypes.c_void_p(stream), block, ctypes.c_size_t(4096), ctypes.byref(error)) == 0:
    sys.stdout.buffer.write(block.raw)
    sys.stdout.buffer.flush()
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
  // Microphones by name; the first hears a tone, the others nothing.
  explicit World(const QStringList& microphones = {"desk-microphone"}) : io(kj::setupAsyncIo()) {
    for (auto name : {"session", "instance", "app"}) QDir(m_root.path()).mkpath(name);
    QString sources;
    for (auto& name : microphones) sources += QString(MICROPHONE).arg(pipe("session/" + name), name);
    write(path("session/session.conf"), QString(SESSION_CONF).arg(path("session/speaker"), sources).toUtf8());
    if (!microphones.isEmpty()) speakInto(path("session/") + microphones[0]);
    write(path("tone.wav"), toneFile(3));
    m_speaker = kj::AutoCloseFd(open(pipe("session/speaker").toUtf8().constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    run("pipewire", {"-c", path("session/session.conf")});
    if (!until([&] { return QFile::exists(path("session/pipewire-0")); })) qFatal("no PipeWire");
    run("wireplumber", {"-p", "policy"});
    until([&] { return onSession("pw-link", {"-i"}).contains("desk-loudspeaker"); });
  }
  ~World() {
    m_over = true;
    if (m_voice.joinable()) m_voice.join();
    for (auto one = m_running.rbegin(); one != m_running.rend(); ++one) {
      (*one)->terminate();
      if (!(*one)->waitForFinished(3000)) (*one)->kill();
      (*one)->waitForFinished();
    }
  }

  QString path(const char* name) const { return m_root.path() + "/" + name; }

  kj::Own<SoundServer> give() {
    auto held = [this](const char* name) {
      return kj::AutoCloseFd(open(path(name).toUtf8().constData(), O_PATH | O_CLOEXEC));
    };
    auto program = qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-sound";
    return kj::heap<SoundServer>(
        io.unixEventPort, io.provider->getTimer(),
        SoundOrder{.app = "org.example.App",
                   .socketDirectory = path("instance").toStdString(),
                   .program = program,
                   .session = held("session/pipewire-0"),
                   .microphone = {.app = "org.example.App",
                                  .program = program,
                                  .session = held("session/pipewire-0-manager"),
                                  .recorded = [this](auto microphone) { return recorded(microphone); }}});
  }

  // Of the app, while it records.
  Microphone& microphone() {
    if (!until([&] { return m_microphone.lock() != nullptr; })) qFatal("nobody records");
    return *m_microphone.lock();
  }
  bool isRecorded() const { return m_microphone.lock() != nullptr; }

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
    process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });  // A test may end at once.
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

  QString pipe(const QString& name) const {
    auto whole = m_root.path() + "/" + name;
    if (mkfifo(whole.toUtf8().constData(), 0600) != 0) qFatal("no pipe");
    return whole;
  }

  // As long as this is there, and as fast as it is heard.
  void speakInto(const QString& microphone) {
    m_voice = std::jthread([this, microphone] {
      kj::AutoCloseFd fd(open(microphone.toUtf8().constData(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
      auto tone = toneFile(1).mid(44);
      while (!m_over) {
        if (::write(fd, tone.constData(), 4096) < 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
  }

  kj::Promise<void> recorded(std::weak_ptr<Microphone> microphone) {
    m_microphone = std::move(microphone);
    KJ_DEFER(m_microphone.reset());
    co_await kj::Promise<void>(kj::NEVER_DONE);
  }

  QTemporaryDir m_root;
  std::weak_ptr<Microphone> m_microphone;
  kj::AutoCloseFd m_speaker;
  std::atomic<bool> m_over = false;
  std::jthread m_voice;
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

namespace {

// A program that records, and what it has heard so far.
class Listener {
public:
  Listener(World& world, const SoundServer& server, const char* name, std::string program,
           std::vector<std::string> arguments)
      : m_world(world),
        m_output(world.path(name)),
        m_program(begin(server, std::move(program), std::move(arguments))) {}

  qint64 length() const { return m_output.size(); }
  // From that byte on.
  QByteArray after(qint64 start) {
    m_output.seek(start);
    return m_output.readAll();
  }
  // Whether samples go on coming, and some of them are more than silence.
  bool hearsSomething(qint64 start, int milliseconds = 20000) {
    return m_world.until([&] { return !isSilent(after(start)); }, milliseconds);
  }
  bool goesOn(qint64 bytes = 48000) {
    auto start = length();
    return m_world.until([&] { return length() > start + bytes; });
  }

private:
  Confined begin(const SoundServer& server, std::string program, std::vector<std::string> arguments) {
    if (!m_output.open(QIODevice::ReadWrite | QIODevice::Truncate)) qFatal("no output");
    return m_world.start(server, std::move(program), std::move(arguments), m_output.handle());
  }

  World& m_world;
  QFile m_output;
  Confined m_program;
};

// A descriptor that came on the channel; -1: none.
kj::AutoCloseFd received(int channel) {
  char word = 0;
  iovec part{&word, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0) return kj::AutoCloseFd(-1);
  auto first = CMSG_FIRSTHDR(&message);
  if (first == nullptr || first->cmsg_type != SCM_RIGHTS) return kj::AutoCloseFd(-1);
  int fd;
  memcpy(&fd, CMSG_DATA(first), sizeof fd);
  return kj::AutoCloseFd(fd);
}

// Silence, the tone while it is open, and silence again no later than 100 ms after it was closed.
void expectTheToneWhileItIsOpen(World& world, Listener& listener) {
  auto& microphone = world.microphone();
  QVERIFY(listener.goesOn());
  QVERIFY(isSilent(listener.after(0)));
  for (int i = 0; i < 2; ++i) {
    auto start = listener.length();
    microphone.open();
    QVERIFY(listener.hearsSomething(start));
    QVERIFY(listener.hearsSomething(listener.length()));
    microphone.close();
    world.until([] { return false; }, 100);
    auto closed = listener.length();
    QVERIFY(listener.goesOn());
    QVERIFY(isSilent(listener.after(closed)));
  }
}

}  // namespace

void SoundTest::theMicrophoneIsHeardWhileItIsOpen() {
  World world;
  auto server = world.give();
  Listener listener(world, *server, "heard", "/usr/bin/pw-record", RECORD);
  expectTheToneWhileItIsOpen(world, listener);
}

void SoundTest::pulseAudioProgramsHearIt() {
  if (!QFile::exists("/usr/lib/x86_64-linux-gnu/libpulse-simple.so.0")) QSKIP("libpulse is not installed");
  World world;
  auto server = world.give();
  Listener listener(world, *server, "heard", "/usr/bin/python3", {"-c", PULSE_RECORD});
  expectTheToneWhileItIsOpen(world, listener);
}

void SoundTest::recordingIsTold() {
  World world;
  auto server = world.give();
  auto playing = world.start(*server, "/usr/bin/pw-play", {"/files/tone.wav"});
  QVERIFY(world.until([&] { return !isSilent(world.heard()); }));
  QVERIFY(!world.isRecorded());
  {
    Listener listener(world, *server, "heard", "/usr/bin/pw-record", RECORD);
    world.microphone().open();
    QVERIFY(listener.hearsSomething(0));
    QVERIFY(world.onSession("pw-cli", {"ls", "Node"}).contains("node.name = \"org.example.App\""));
  }
  QVERIFY(world.until([&] { return !world.isRecorded(); }));
  // What nobody takes is not recorded either.
  QVERIFY(world.until([&] { return !world.onSession("pw-dump", {}).contains("Stream/Input/Audio"); }));
}

// A session manager names a loudspeaker's monitor as the default then.
void SoundTest::whereThereIsNoMicrophoneNothingIsHeard() {
  World world(QStringList{});
  auto server = world.give();
  write(world.path("long.wav"), toneFile(30));
  world.run("pw-play", {world.path("long.wav")});
  QVERIFY(world.until([&] { return !isSilent(world.heard()); }));
  QVERIFY(!isSilent(world.onSession("pw-record", asWords(RECORD))));
  Listener listener(world, *server, "heard", "/usr/bin/pw-record", RECORD);
  world.microphone().open();
  QVERIFY(listener.goesOn(2 * 48000 * 4));
  QVERIFY(isSilent(listener.after(0)));
}

void SoundTest::anotherMicrophoneIsFollowed() {
  World world({"desk-microphone", "desk-quiet"});
  auto server = world.give();
  auto choose = [&](const char* name) {
    world.onSession("pw-metadata", {"0", "default.configured.audio.source", QString(R"({"name":"%1"})").arg(name)});
  };
  choose("desk-quiet");
  Listener listener(world, *server, "heard", "/usr/bin/pw-record", RECORD);
  world.microphone().open();
  QVERIFY(listener.goesOn(2 * 48000 * 4));
  QVERIFY(isSilent(listener.after(0)));
  choose("desk-microphone");
  QVERIFY(listener.hearsSomething(0));
  choose("desk-quiet");
  QVERIFY(world.until([&] {
    auto start = listener.length();
    return listener.goesOn() && isSilent(listener.after(start));
  }));
}

void SoundTest::theRecorderSeesItsSourceAlone() {
  World world;
  auto server = world.give();
  Listener listener(world, *server, "heard", "/usr/bin/pw-record", RECORD);
  world.microphone().open();
  QVERIFY(listener.hearsSomething(0));
  QString recorder, source;
  QStringList others;
  for (auto one : QJsonDocument::fromJson(world.onSession("pw-dump", {}, 20)).array()) {
    auto object = one.toObject();
    auto properties = object["info"].toObject()["props"].toObject();
    auto id = QString::number(object["id"].toInt());
    bool manages = properties["pipewire.sec.socket"] == "pipewire-0-manager";
    if (properties["application.name"] == "org.example.App" && manages) recorder = id;
    if (properties["node.name"] == "desk-microphone") source = id;
    for (auto type : {"Node", "Client", "Port", "Link"}) {
      if (object["type"].toString().endsWith(type) && id != source) others << id;
    }
  }
  QVERIFY(!recorder.isEmpty() && !source.isEmpty() && others.size() > 3);
  // Lines of "  12: r----", and of "  default: -----".
  QMap<QString, QString> rights;
  for (auto& line : world.onSession("pw-cli", {"get-permissions", recorder}, 20).split('\n')) {
    auto parts = QString(line).trimmed().split(": ");
    if (parts.size() == 2) rights[parts[0]] = parts[1];
  }
  QCOMPARE(rights["default"], QString("-----"));
  QCOMPARE(rights[source], QString("r----"));
  for (auto& id : others) QVERIFY2(rights.value(id, "-----") == "-----", qPrintable(id + ": " + rights[id]));
}

void SoundTest::theOtherEndCannotAnswer() {
  World world;
  MicrophoneOrder order{.app = "org.example.App",
                        .program = qgetenv("LATCHKEY_BIN").toStdString() + "/latchkey-sound",
                        .session = kj::AutoCloseFd(
                            open(world.path("session/pipewire-0-manager").toUtf8().constData(), O_PATH | O_CLOEXEC))};
  auto microphone = Microphone::make(world.io.unixEventPort, world.io.provider->getTimer(), order);
  auto channel = microphone->takeFarEnd();
  for (int i = 0; i < 2; ++i) {
    microphone->open();
    auto samples = received(channel);
    QVERIFY(samples.get() >= 0);
    char byte = 0, block[4096];
    QCOMPARE(send(samples, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT), ssize_t(-1));
    QCOMPARE(errno, EPIPE);
    QVERIFY(world.until([&] { return recv(samples, block, sizeof block, MSG_PEEK | MSG_DONTWAIT) > 0; }));
    microphone->close();
    // At once, and also what was on its way.
    QCOMPARE(recv(samples, block, sizeof block, MSG_DONTWAIT), ssize_t(0));
  }
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
    return seen.contains("loudspeaker") && seen.contains("Audio/Source");
  }),
           seen);
  for (auto name : {"desk-loudspeaker", "desk-microphone"}) QVERIFY2(!seen.contains(name), seen);
  QCOMPARE(seen.count("Audio/Source"), 1);  // Its own.
  QVERIFY(seen.contains("node.name = \"microphone\""));
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
