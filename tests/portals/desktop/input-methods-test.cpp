// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// The session's input methods as apps reach them: their own contexts, by a table, and nothing else of the session.

#include <QtTest>

#include "tests/portals/desktop/desktop-world.h"

using namespace latchkey;
using namespace latchkey::desktop;
using namespace latchkey::test;

namespace {

constexpr char IBUS[] = "org.freedesktop.portal.IBus";
constexpr char IBUS_PATH[] = "/org/freedesktop/IBus";
constexpr char IBUS_MAKER[] = "org.freedesktop.IBus.Portal";
constexpr char IBUS_CONTEXT[] = "org.freedesktop.IBus.InputContext";
constexpr char FCITX[] = "org.freedesktop.portal.Fcitx";
constexpr char FCITX_PATH[] = "/org/freedesktop/portal/inputmethod";
constexpr char FCITX_MAKER[] = "org.fcitx.Fcitx.InputMethod1";
constexpr char FCITX_CONTEXT[] = "org.fcitx.Fcitx.InputContext1";
constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
constexpr char BUS[] = "org.freedesktop.DBus";

Permission yes(const std::string& right) { return {.granted = right == "input-methods"}; }
Permission no(const std::string&) { return {}; }

Value committed(const char* text) {
  return Value::variant(
      Value::tuple({Value("IBusText"), Value::dictionary({}), Value(text), Value::variant(Value("x"))}));
}

// The session's: takes the letter a and commits something for it, as both frameworks do.
struct FakeInputMethod {
  FakeInputMethod(DesktopWorld& world, const char* name) : bus(world.onSession()), name(name) {
    bus.serve([this](kj::Own<Call> call) {
      auto& message = call->message();
      told.push_back(message.interface + "." + message.member);
      arguments = message.arguments;
      if (message.member == "CreateInputContext") {
        guests.push_back(message.sender);
        auto path = base() + std::to_string(guests.size() + 40);
        Value::List made{Value::path(path)};
        if (this->name == FCITX) made.push_back(Value::bytes("0123456789abcdef"));
        return call->reply(made);
      }
      contexts.push_back(message.path);
      if (message.member != "ProcessKeyEvent") return call->reply({});
      bool taken = message.arguments[0].asNumber() == 'a';
      if (taken) commit(message.path, message.sender);
      call->reply({Value(taken)});
    });
    world.wait(bus.own(name));
  }
  std::string base() const {
    return name == FCITX ? "/org/freedesktop/portal/inputcontext/" : "/org/freedesktop/IBus/InputContext_";
  }
  void commit(const std::string& path, const std::string& to) {
    if (name == FCITX) bus.signal(path, FCITX_CONTEXT, "CommitString", {"あ"}, to);
    else bus.signal(path, IBUS_CONTEXT, "CommitText", {committed("あ")}, to);
  }

  Bus& bus;
  std::string name;
  std::vector<std::string> told, contexts, guests;
  Value::List arguments;  // Of the last call.
};

// A program of the app's, and what input methods put into it.
struct Program {
  explicit Program(DesktopWorld& world) : world(world), bus(world.guest()) {
    for (auto interface : {IBUS_CONTEXT, FCITX_CONTEXT}) {
      matches.push_back(bus.match(std::string("type='signal',interface='") + interface + "'",
                                  [this](const Message& message) { heard.push_back(message); }));
    }
  }
  // Once the name is there again.
  std::string makeAnew() {
    std::string path;
    world.until([&] {
      try {
        path = make();
      } catch (const kj::Exception&) {}
      return !path.empty();
    });
    return path;
  }
  std::string make(const char* name = IBUS) {
    auto answer =
        std::string(name) == IBUS
            ? world.call(bus, IBUS_MAKER, "CreateInputContext", {"System Settings"}, IBUS_PATH, IBUS)
            : world.call(bus, FCITX_MAKER, "CreateInputContext",
                         {Value::array("(ss)", {Value::tuple({Value("program"), Value("System Settings")}),
                                                Value::tuple({Value("display"), Value("wayland:wayland-0")})})},
                         FCITX_PATH, FCITX);
    return answer.arguments[0].asText();
  }
  bool press(const std::string& path, char key) {
    auto number = Value(static_cast<uint32_t>(key));
    return world.call(bus, IBUS_CONTEXT, "ProcessKeyEvent", {number, uint32_t{30}, uint32_t{0}}, path, IBUS)
        .arguments[0]
        .asFlag();
  }
  std::string fault(const std::string& path, const char* interface, const char* member, Value::List arguments) {
    try {
      world.call(bus, interface, member, std::move(arguments), path, IBUS);
      return {};
    } catch (const kj::Exception& exception) {
      return busErrorName(exception);
    }
  }

  DesktopWorld& world;
  Bus& bus;
  std::vector<kj::Own<Bus::Match>> matches;
  std::vector<Message> heard;
};

struct World : DesktopWorld {
  World() { desk.onPermit = yes; }
};

}  // namespace

class InputMethodsTest final : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void whatIsTypedComesBackAsTheInputMethodSays();
  void fcitxIsReachedTheSameWay();
  void whoItIsIsOursToSay();
  void nobodyReachesTheContextOfAnother();
  void whatComesBackIsForWhoMadeTheContext();
  void enginesAreNotTheAppsToChoose();
  void onlyWhatTheTableNamesPasses();
  void propertiesPassByTheTable();
  void switchedOffThereIsNone();
  void switchedOffMeanwhileKeysAreTypedAsTheyAre();
  void withoutAnInputMethodKeysAreNotLost();
  void oneThatComesBackIsUsedAgain();
  void contextsEndWithTheirProgram();
  void thereIsAnEndToContexts();
  void whatIsTooMuchOrADescriptorIsRefused();
};

void InputMethodsTest::whatIsTypedComesBackAsTheInputMethodSays() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto path = program.make();
  QVERIFY(path.starts_with("/org/freedesktop/IBus/InputContext_"));
  QVERIFY(program.press(path, 'a'));
  QVERIFY(world.until([&] { return program.heard.size() == 1; }));
  QCOMPARE(program.heard[0].path, path);
  QCOMPARE(program.heard[0].member, std::string("CommitText"));
  QVERIFY(program.heard[0].arguments[0] == committed("あ"));
  QVERIFY(!program.press(path, 'b'));
  QCOMPARE(program.heard.size(), size_t{1});
}

void InputMethodsTest::fcitxIsReachedTheSameWay() {
  World world;
  FakeInputMethod method(world, FCITX);
  world.start();
  Program program(world);
  auto path = program.make(FCITX);
  auto answer = world.call(program.bus, FCITX_CONTEXT, "ProcessKeyEvent",
                           {uint32_t{'a'}, uint32_t{30}, uint32_t{0}, Value(false), uint32_t{1}}, path, FCITX);
  QVERIFY(answer.arguments[0].asFlag());
  QVERIFY(world.until([&] { return program.heard.size() == 1; }));
  QCOMPARE(program.heard[0].path, path);
  QCOMPARE(program.heard[0].arguments[0].asText(), std::string("あ"));
  // The older path, of programs that know no newer one.
  world.call(program.bus, FCITX_MAKER, "CreateInputContext", {Value::array("(ss)")}, "/inputmethod", FCITX);
  QCOMPARE(method.guests.size(), size_t{2});
}

void InputMethodsTest::whoItIsIsOursToSay() {
  World world;
  FakeInputMethod ibus(world, IBUS), fcitx(world, FCITX);
  world.start();
  Program program(world);
  program.make(IBUS);
  QCOMPARE(ibus.arguments[0].asText(), std::string("org.example.App"));
  program.make(FCITX);
  QVERIFY(fcitx.arguments[0] == Value::array("(ss)", {Value::tuple({Value("program"), Value("org.example.App")}),
                                                      Value::tuple({Value("display"), Value("wayland:")})}));
}

void InputMethodsTest::nobodyReachesTheContextOfAnother() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world), other(world);
  auto path = program.make();
  auto told = method.told.size();
  Value::List key{uint32_t{'a'}, uint32_t{30}, uint32_t{0}};
  QCOMPARE(other.fault(path, IBUS_CONTEXT, "ProcessKeyEvent", key), std::string(error::ACCESS));
  QCOMPARE(other.fault(path, "org.freedesktop.IBus.Service", "Destroy", {}), std::string(error::ACCESS));
  // Nor one of the session's by the path it has there.
  QCOMPARE(other.fault("/org/freedesktop/IBus/InputContext_41", IBUS_CONTEXT, "ProcessKeyEvent", key),
           std::string(error::UNKNOWN_OBJECT));
  QCOMPARE(method.told.size(), told);
  QVERIFY(program.press(path, 'a'));
}

void InputMethodsTest::whatComesBackIsForWhoMadeTheContext() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world), other(world);
  auto path = program.make();
  other.make();
  program.press(path, 'a');
  QVERIFY(world.until([&] { return program.heard.size() == 1; }));
  // Not from anybody else of the session, whatever path it names; and nothing that no table knows.
  auto& stranger = world.onSession();
  stranger.signal(method.contexts[0], IBUS_CONTEXT, "CommitText", {committed("rm -rf")}, method.guests[0]);
  method.bus.signal(method.contexts[0], IBUS_CONTEXT, "Delete", {"x"}, method.guests[0]);
  method.bus.signal(method.contexts[0], IBUS_CONTEXT, "CommitText", {"x"}, method.guests[0]);
  world.pass(100);
  QCOMPARE(program.heard.size(), size_t{1});
  QCOMPARE(other.heard.size(), size_t{0});
}

void InputMethodsTest::enginesAreNotTheAppsToChoose() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto path = program.make();
  auto told = method.told.size();
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "SetEngine", {"xkb:us::eng"}), std::string(error::UNKNOWN_METHOD));
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "GetEngine", {}), std::string(error::UNKNOWN_METHOD));
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "PropertyActivate", {"setup", uint32_t{1}}),
           std::string(error::UNKNOWN_METHOD));
  QCOMPARE(program.fault(IBUS_PATH, "org.freedesktop.IBus", "Exit", {Value(false)}),
           std::string(error::UNKNOWN_METHOD));
  QCOMPARE(method.told.size(), told);
}

void InputMethodsTest::onlyWhatTheTableNamesPasses() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto path = program.make();
  auto told = method.told.size();
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "ProcessKeyEvent", {"a"}), std::string(error::ARGUMENTS));
  QCOMPARE(program.fault(path, "org.example.Other", "FocusIn", {}), std::string(error::UNKNOWN_METHOD));
  QCOMPARE(program.fault(path + "0", IBUS_CONTEXT, "FocusIn", {}), std::string(error::UNKNOWN_OBJECT));
  QCOMPARE(method.told.size(), told);
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "FocusIn", {}), std::string());
  QCOMPARE(method.told.back(), std::string("org.freedesktop.IBus.InputContext.FocusIn"));
}

void InputMethodsTest::propertiesPassByTheTable() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto path = program.make();
  auto purpose = Value::tuple({uint32_t{8}, uint32_t{0}});  // A password.
  QCOMPARE(program.fault(path, PROPERTIES, "Set", {IBUS_CONTEXT, "ContentType", Value::variant(purpose)}),
           std::string());
  QCOMPARE(method.told.back(), std::string("org.freedesktop.DBus.Properties.Set"));
  auto told = method.told.size();
  QVERIFY(!program.fault(path, PROPERTIES, "Set", {IBUS_CONTEXT, "ContentType", Value::variant(Value("x"))}).empty());
  QVERIFY(!program.fault(path, PROPERTIES, "Set", {IBUS_CONTEXT, "Engine", Value::variant(Value("x"))}).empty());
  QVERIFY(!program.fault(path, PROPERTIES, "Set", {"org.freedesktop.IBus", "ContentType", Value::variant(purpose)})
               .empty());
  QVERIFY(!program.fault(path, PROPERTIES, "GetAll", {IBUS_CONTEXT}).empty());
  QCOMPARE(method.told.size(), told);
}

void InputMethodsTest::switchedOffThereIsNone() {
  World world;
  world.desk.onPermit = no;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  QCOMPARE(program.fault(IBUS_PATH, IBUS_MAKER, "CreateInputContext", {"x"}), std::string(error::NOT_ALLOWED));
  QCOMPARE(world.desk.rights, std::vector<std::string>{"input-methods"});
  QCOMPARE(method.told.size(), size_t{0});
}

void InputMethodsTest::switchedOffMeanwhileKeysAreTypedAsTheyAre() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto path = program.make();
  QVERIFY(program.press(path, 'a'));
  world.desk.onPermit = no;
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "FocusIn", {}), std::string());
  QVERIFY(world.until([&] { return !program.press(path, 'a'); }));
  auto told = method.told.size();
  QVERIFY(!program.press(path, 'a'));
  QCOMPARE(method.told.size(), told);
  world.desk.onPermit = yes;
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "FocusIn", {}), std::string());
  QVERIFY(world.until([&] { return program.press(path, 'a'); }));
}

void InputMethodsTest::withoutAnInputMethodKeysAreNotLost() {
  World world;
  world.start();
  Program program(world);
  QVERIFY(!program.fault(IBUS_PATH, IBUS_MAKER, "CreateInputContext", {"x"}).empty());
  FakeInputMethod method(world, IBUS);
  auto path = program.makeAnew();
  QVERIFY(program.press(path, 'a'));
  // It ends, and what programs have of it answers all the same.
  world.call(method.bus, BUS, "ReleaseName", {IBUS}, "/org/freedesktop/DBus", BUS);
  QVERIFY(world.until([&] { return !program.press(path, 'a'); }));
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "FocusIn", {}), std::string());
}

void InputMethodsTest::oneThatComesBackIsUsedAgain() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto before = program.make();
  unsigned appeared = 0;
  auto names = program.bus.match(
      std::string("type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='") + IBUS + "'",
      [&](const Message& message) { appeared += message.arguments[2].asText().empty() ? 0 : 1; });
  world.pass(50);
  world.call(method.bus, BUS, "ReleaseName", {IBUS}, "/org/freedesktop/DBus", BUS);
  FakeInputMethod next(world, IBUS);
  // Programs watch the name: it goes and comes for them, too.
  QVERIFY(world.until([&] { return appeared >= 1 && !program.press(before, 'a'); }));
  auto path = program.makeAnew();
  QVERIFY(program.press(path, 'a'));
  QCOMPARE(next.guests.size(), size_t{1});
}

void InputMethodsTest::contextsEndWithTheirProgram() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  auto running = kj::heap<Bus>(world.io().unixEventPort, world.io().provider->getTimer(), world.appBus.address());
  auto serving = running->run().eagerlyEvaluate(nullptr);
  auto made = world.call(*running, IBUS_MAKER, "CreateInputContext", {"x"}, IBUS_PATH, IBUS);
  Program program(world);
  auto path = program.make();
  serving = nullptr;
  running = nullptr;
  QVERIFY(world.until([&] { return method.told.back() == "org.freedesktop.IBus.Service.Destroy"; }));
  QCOMPARE(method.contexts.back(), std::string("/org/freedesktop/IBus/InputContext_41"));
  QCOMPARE(program.fault(made.arguments[0].asText(), IBUS_CONTEXT, "FocusIn", {}), std::string(error::UNKNOWN_OBJECT));
  QVERIFY(program.press(path, 'a'));
  QCOMPARE(program.fault(path, "org.freedesktop.IBus.Service", "Destroy", {}), std::string());
  QCOMPARE(program.fault(path, IBUS_CONTEXT, "FocusIn", {}), std::string(error::UNKNOWN_OBJECT));
}

void InputMethodsTest::thereIsAnEndToContexts() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  unsigned refused = 0;
  for (int i = 0; i < 80; ++i)
    refused += program.fault(IBUS_PATH, IBUS_MAKER, "CreateInputContext", {"x"}).empty() ? 0 : 1;
  QCOMPARE(refused, 16u);
  QCOMPARE(method.guests.size(), size_t{64});
}

void InputMethodsTest::whatIsTooMuchOrADescriptorIsRefused() {
  World world;
  FakeInputMethod method(world, IBUS);
  world.start();
  Program program(world);
  auto path = program.make();
  auto told = method.told.size();
  auto around = [&](Value value) {
    return program.fault(path, IBUS_CONTEXT, "SetSurroundingText",
                         {Value::variant(std::move(value)), uint32_t{0}, uint32_t{0}});
  };
  QCOMPARE(around(Value(std::string(300 << 10, 'x'))), std::string(error::LIMIT));
  QCOMPARE(around(Value::descriptor(kj::AutoCloseFd(dup(0)))), std::string(error::ARGUMENTS));
  QCOMPARE(around(Value::tuple({Value("x"), Value::variant(Value::descriptor(kj::AutoCloseFd(dup(0))))})),
           std::string(error::ARGUMENTS));
  QCOMPARE(method.told.size(), told);
  QCOMPARE(around(Value("Lorem ipsum")), std::string());
  QCOMPARE(method.told.size(), told + 1);
}

QTEST_APPLESS_MAIN(InputMethodsTest)
#include "input-methods-test.moc"
