// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/ceilings.h"

#include <QtTest>
#include <algorithm>

#include "broker/base/files.h"
#include "broker/holder.h"

using namespace latchkey;

namespace {

struct Rules {
  QTemporaryDir root;
  Places places;
  std::string administrators;

  Rules() {
    auto base = root.path().toStdString();
    places = {.runtime = base + "/run",
              .data = base + "/data",
              .state = base + "/state",
              .config = base + "/config",
              .home = base + "/home"};
    places.ensure();
    ensureOwnDirectory(places.home);
    administrators = base + "/etc-ceilings.toml";
  }
  void person(const std::string& text) { replaceFile(places.config + "/ceilings.toml", text); }
  void administrator(const std::string& text) { replaceFile(administrators, text); }
  bool allows(const std::string& path, Access access = Access::Read, const std::string& app = "a",
              Scope scope = Scope::File) {
    Ceilings ceilings(places, administrators);
    return ceilings.fault(app, scope == Scope::File ? Kind::File : Kind::Folder, {.path = path, .scope = scope}, access)
        .empty();
  }
};

}  // namespace

class CeilingsTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void withoutFilesOnlyOurOwnPlacesAreForbidden();
  void battery24_theKernelsPlacesAreNeverGiven();
  void pathsMeanWhatLiesBelow();
  void symbolicLinksMeanWhatTheyLeadTo();
  void writeRulesLeaveReading();
  void rulesAreForOneApp();
  void bothFilesHold();
  void malformedForbidsEverything_data();
  void malformedForbidsEverything();
  void unreadableForbidsEverything();
  void mendingIsNoticed();
  void messagesNameFileLineAndField();
  void holdersCannotBeConfused();
  void holderDirectoriesAreNames_data();
  void holderDirectoriesAreNames();
};

void CeilingsTest::withoutFilesOnlyOurOwnPlacesAreForbidden() {
  Rules rules;
  QVERIFY(rules.allows(rules.places.home + "/a", Access::Write));
  QVERIFY(rules.allows(rules.places.state + "-beside"));
  for (auto& place : {rules.places.runtime, rules.places.data, rules.places.state, rules.places.config}) {
    QVERIFY(!rules.allows(place));
    QVERIFY(!rules.allows(place + "/x"));
    QVERIFY(!rules.allows(place, Access::Read, "a", Scope::Tree));
  }
}

// Through /proc an app would read the memory and the secrets of all the person runs.
void CeilingsTest::battery24_theKernelsPlacesAreNeverGiven() {
  Rules rules;
  for (std::string place : {"/proc", "/sys", "/dev"}) {
    QVERIFY(!rules.allows(place, Access::Read, "a", Scope::Tree));
    QVERIFY(!rules.allows(place + "/1/environ"));
    QVERIFY(rules.allows(place + "uce"));
    auto hidden = Ceilings(rules.places, rules.administrators).hidden("a");
    QVERIFY2(std::ranges::find(hidden, place) != hidden.end(), place.c_str());
  }
}

void CeilingsTest::pathsMeanWhatLiesBelow() {
  Rules rules;
  rules.person("[[never]]\npath = \"~/Secrets\"\n");
  auto home = rules.places.home;
  QVERIFY(!rules.allows(home + "/Secrets"));
  QVERIFY(!rules.allows(home + "/Secrets/deep/er"));
  QVERIFY(rules.allows(home + "/Secrets2"));
  QVERIFY(rules.allows(home, Access::Read, "a", Scope::Tree));  // But hidden in it:
  Ceilings ceilings(rules.places, rules.administrators);
  QVERIFY(std::ranges::count(ceilings.hidden("a"), home + "/Secrets") == 1);
}

void CeilingsTest::symbolicLinksMeanWhatTheyLeadTo() {
  Rules rules;
  auto real = rules.places.home + "/real";
  ensureOwnDirectory(real);
  QVERIFY(symlink(real.c_str(), (rules.places.home + "/link").c_str()) == 0);
  rules.person("[[never]]\npath = \"~/link\"\n");
  QVERIFY(!rules.allows(real + "/x"));
}

void CeilingsTest::writeRulesLeaveReading() {
  Rules rules;
  rules.person("[[never]]\npath = \"~/Papers\"\naccess = \"write\"\n");
  auto papers = rules.places.home + "/Papers";
  QVERIFY(rules.allows(papers + "/a", Access::Read));
  QVERIFY(!rules.allows(papers + "/a", Access::Write));
  QVERIFY(rules.allows(rules.places.home, Access::Read, "a", Scope::Tree));
  QVERIFY(!rules.allows(rules.places.home, Access::Write, "a", Scope::Tree));  // It would be changed from above.
  Ceilings ceilings(rules.places, rules.administrators);
  KJ_IF_MAYBE (access, ceilings.atMost("a", Kind::File, {.path = papers + "/a"}, Access::Write))
    QVERIFY(*access == Access::Read);
  else QFAIL("nothing was left");
}

void CeilingsTest::rulesAreForOneApp() {
  Rules rules;
  rules.person("[[never]]\napp = \"bad\"\n");
  QVERIFY(!rules.allows("/x", Access::Read, "bad"));
  QVERIFY(rules.allows("/x", Access::Read, "good"));
}

void CeilingsTest::bothFilesHold() {
  Rules rules;
  rules.person("[[never]]\npath = \"/p\"\n");
  rules.administrator("[[never]]\npath = \"/a\"\n");
  QVERIFY(!rules.allows("/p") && !rules.allows("/a") && rules.allows("/x"));
}

void CeilingsTest::malformedForbidsEverything_data() {
  QTest::addColumn<QByteArray>("text");
  for (auto text : {"path = \"/a\"", "[[never]]\nwhat = \"/a\"", "[[never]]\npath = /a", "[[never]]\npath = \"/a",
                    "[[never]]\npath = \"\"", "[[never]]\npath = \"a\"", "[[never]]\npath = \"/a/../b\"",
                    "[[never]]\npath = \"/a\" x", "[[never]]\nkind = \"files\"", "[[never]]\naccess = \"execute\"",
                    "[[never]]\napp = \"a\"\napp = \"b\"", "[[always]]\n", "[never]\n", "[[never]] x",
                    "[[never]]\npath = \"\\n\"", "\xff\xfe"}) {
    QTest::newRow(text) << QByteArray(text);
  }
  QTest::newRow("NUL") << QByteArray("[[never]]\npath = \"/a\"\0", 22);
}

void CeilingsTest::malformedForbidsEverything() {
  QFETCH(QByteArray, text);
  Rules rules;
  rules.person(text.toStdString());
  QVERIFY(!rules.allows("/x"));
  Ceilings ceilings(rules.places, rules.administrators);
  QVERIFY(ceilings.trouble().contains("ceilings.toml"));
  QVERIFY(!ceilings.faultOfStart("a").empty());
}

void CeilingsTest::unreadableForbidsEverything() {
  Rules rules;
  rules.administrator("");
  QVERIFY(rules.allows("/x"));
  QVERIFY(chmod(rules.administrators.c_str(), 0) == 0);
  if (geteuid() == 0) QSKIP("root reads everything");
  QVERIFY(!rules.allows("/x"));
}

void CeilingsTest::mendingIsNoticed() {
  Rules rules;
  rules.person("broken");
  Ceilings ceilings(rules.places, rules.administrators);
  QVERIFY(!ceilings.trouble().empty());
  rules.person("# nothing\n\n");
  QVERIFY(ceilings.trouble().empty());
  rules.person("[[never]]\n");
  QVERIFY(!ceilings.fault("a", Kind::Network, {.target = "x"}, Access::Read).empty());
  unlink((rules.places.config + "/ceilings.toml").c_str());
  QVERIFY(ceilings.fault("a", Kind::Network, {.target = "x"}, Access::Read).empty());
}

void CeilingsTest::messagesNameFileLineAndField() {
  try {
    parseCeilings("# one\n[[never]]\npaht = \"/a\"\n", "/etc/x.toml", "/home/me");
    QFAIL("accepted");
  } catch (const kj::Exception& exception) {
    auto line = exception.getDescription();
    QVERIFY(line.startsWith("/etc/x.toml, line 3"));
    QVERIFY(std::string(line.cStr()).contains("paht"));
  }
}

void CeilingsTest::holdersCannotBeConfused() {
  auto plain = Holder::of("command:/usr/bin/tool@work", "");
  auto profile = Holder::of("command:/usr/bin/tool", "work");
  QVERIFY(plain.text() != profile.text());
  QVERIFY(Holder::of("command:/a%40b", "").text() != Holder::of("command:/a@b", "").text());
  QCOMPARE(Holder::parse(profile.text()).profile, "work");
  QCOMPARE(Holder::parse(plain.text()).app, plain.app);
  for (auto bad : {"", "@work", "a@", "a@b@c", "a@..", "a\nb", "a@default"}) {
    QVERIFY_THROWS_EXCEPTION(kj::Exception, Holder::parse(bad));
  }
  // Another machine is no app, and no app is one.
  for (auto machine : {"machine:x", "from:x", "machine:x@work", "machine:"}) {
    QVERIFY_THROWS_EXCEPTION(kj::Exception, Holder::of(machine, ""));
    QVERIFY_THROWS_EXCEPTION(kj::Exception, Holder::ofApp(machine));
  }
  QCOMPARE(Holder::parse("machine:x").text(), std::string("machine:x"));
  QCOMPARE(Holder::ofApp("machinery:x").text(), std::string("machinery:x"));
}

void CeilingsTest::holderDirectoriesAreNames_data() {
  // Battery 18: what an app calls itself never leads anywhere.
  QTest::addColumn<QByteArray>("app");
  for (auto app : {"..", ".", "../../etc", "a/b", "/", "a\nb", ".ssh", "\xff", "org.example.App"})
    QTest::newRow(app) << QByteArray(app);
  QTest::newRow("long") << QByteArray(500, '/');
}

void CeilingsTest::holderDirectoriesAreNames() {
  QFETCH(QByteArray, app);
  auto directory = Holder::of(app.toStdString(), "").directory();
  QCOMPARE(std::ranges::count(directory, '/'), 1);
  QVERIFY(directory.ends_with("/default"));
  QVERIFY(directory.front() != '.' && directory.front() != '/');
  QVERIFY(directory.find('/') <= 255);
  QVERIFY(std::ranges::all_of(directory, [](unsigned char c) { return c > ' ' && c < 0x7f; }));
}

QTEST_GUILESS_MAIN(CeilingsTest)
#include "ceilings-test.moc"
