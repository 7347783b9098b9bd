// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/plan.h"
#include "launcher/sandbox/bare-plan.h"

#include <kj/exception.h>

#include <QtTest>
#include <sstream>

#include "launcher/sandbox/bwrap-words.h"
#include "launcher/sandbox/environment.h"

using namespace latchkey::sandbox;

class PlanTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void planIsExactlyThis();
  void aBundleAddsExactlyThis();
  void aBundlesPlaceIsItsOwn();
  void aRuntimeIsTheWholeSystem();
  void ofARuntimesConfigurationNothingIsSaidTwice();
  void wordsAreExactlyThese();
  void everythingIsSeparated();
  void ownSandboxesIsTheOnlyWayToNestedNamespaces();
  void neverRootInside();
  void graphicsOnlyWhenGranted();
  void labelsOutsideTheHomeAreMade();
  void hostilePlaceIsRefused_data();
  void hostilePlaceIsRefused();
  void hostileUserNameStaysOneField_data();
  void hostileUserNameStaysOneField();
  void environmentIsAListOfKnownNames();
  void environmentValuesCannotLeadOut();
  void valuesAreNeverOptions();
  void nulInAValueIsRefused();
  void typesOfTheSystemAreOpenedElsewhere();
  void theBareSandboxIsExactlyThis();
  void whatAProgramIsMadeOf();
};

namespace {

HostFacts host() {
  return {
      .uid = 1000,
      .gid = 1000,
      .rootLinks = {{"/bin", "usr/bin"}, {"/lib", "usr/lib"}},
      .systemDirectories = {"/usr"},
      .configuration = {"/etc/fonts", "/etc/ld.so.cache"},
      .configurationLinks = {{"/etc/localtime", "/usr/share/zoneinfo/Europe/Vienna"}},
      .caches = {"/var/cache/fontconfig"},
      .graphics = {"/dev/dri"},
      .graphicsInformation = {"/sys/devices"},
      .handled = {"text/plain", "x-scheme-handler/https"},
      .optional = true,
  };
}

SandboxRequest request() {
  return {
      .home = "/home/anna",
      .privateHome = 0,
      .environment = {{"LANG", "de_AT.UTF-8"}, {"SSH_AUTH_SOCK", "/run/x"}, {"SHELL", "/bin/bash"}},
      .userName = "anna",
  };
}

template <typename T>
size_t count(const Plan& plan) {
  return static_cast<size_t>(
      std::ranges::count_if(plan, [](auto& operation) { return std::holds_alternative<T>(operation); }));
}

template <typename T>
bool contains(const Plan& plan, const T& operation) {
  return std::ranges::find(plan, Operation(operation)) != plan.end();
}

std::string variable(const Plan& plan, const std::string& name) {
  for (auto& operation : plan) {
    auto set = std::get_if<SetEnvironment>(&operation);
    if (set != nullptr && set->name == name) return set->value;
  }
  return "(unset)";
}

}  // namespace

void PlanTest::planIsExactlyThis() {
  Plan golden{
      OwnUserNamespace{1000, 1000},
      OwnPidNamespace{},
      OwnIpcNamespace{},
      OwnNetworkNamespace{},
      OwnCgroupNamespace{},
      OwnHostname{"latchkey"},
      NoNestedNamespaces{},
      NewSession{},
      DieWithLauncher{},
      FirstProgramIsInit{},
      ReadOnlySystem{"/usr"},
      Symlink{"usr/bin", "/bin"},
      Symlink{"usr/lib", "/lib"},
      ProcessFiles{},
      MinimalDevices{},
      ReadOnlySystem{"/etc/fonts"},
      ReadOnlySystem{"/etc/ld.so.cache"},
      Symlink{"/usr/share/zoneinfo/Europe/Vienna", "/etc/localtime"},
      SyntheticFile{"/etc/passwd",
                    "anna:x:1000:1000::/home/anna:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"},
      SyntheticFile{"/etc/group", "anna:x:1000:\nnogroup:x:65534:\n"},
      SyntheticFile{"/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"},
      SyntheticFile{"/etc/resolv.conf", "nameserver 127.0.0.53\noptions timeout:30 attempts:2 edns0\n"},
      SyntheticFile{"/etc/hosts", "127.0.0.1 localhost latchkey\n::1 localhost\n"},
      SyntheticFile{"/etc/machine-id", "00000000000000000000000000000000\n"},
      ReadOnlySystem{"/var/cache/fontconfig"},
      Directory{"/tmp", 01777},
      Directory{"/var/tmp", 01777},
      Directory{"/run/latchkey", 0700},
      Directory{"/run/user", 0755},
      Directory{"/run/user/1000", 0700},
      SyntheticFile{"/run/user/1000/flatpak-info", ""},
      Directory{"/run/latchkey/open", 0755},
      Directory{"/run/latchkey/open/applications", 0755},
      SyntheticFile{"/run/latchkey/open/applications/latchkey-open.desktop",
                    "[Desktop Entry]\nType=Application\nName=Another app\nExec=xdg-open %u\nNoDisplay=true\n"},
      SyntheticFile{"/run/latchkey/open/mimeapps.list",
                    "[Default Applications]\ntext/plain=latchkey-open.desktop\n"
                    "x-scheme-handler/https=latchkey-open.desktop\n"},
      BindDescriptor{0, "/home/anna", Reach::Write},
      EmptyEnvironment{},
      SetEnvironment{"LANG", "de_AT.UTF-8"},
      SetEnvironment{"HOME", "/home/anna"},
      SetEnvironment{"USER", "anna"},
      SetEnvironment{"LOGNAME", "anna"},
      SetEnvironment{"SHELL", "/bin/bash"},
      SetEnvironment{"PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"},
      SetEnvironment{"XDG_RUNTIME_DIR", "/run/user/1000"},
      SetEnvironment{"DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus"},
      SetEnvironment{"GTK_USE_PORTAL", "1"},
      SetEnvironment{"IBUS_USE_PORTAL", "1"},
      SetEnvironment{"QT_QPA_PLATFORMTHEME", "xdgdesktopportal"},
      SetEnvironment{"ELECTRON_OZONE_PLATFORM_HINT", "auto"},
      SetEnvironment{"XDG_DATA_DIRS", "/usr/local/share:/usr/share:/run/latchkey/open"},
      SetEnvironment{"XDG_CONFIG_DIRS", "/run/latchkey/open:/etc/xdg"},
      SetEnvironment{"GSETTINGS_BACKEND", "keyfile"},
      SetEnvironment{"LATCHKEY", "1"},
      SetEnvironment{"LATCHKEY_SOCKET", "/run/latchkey/app"},
      FilterSystemCalls{{.ownSandboxes = false, .thirtyTwoBit = true}},
  };
  auto made = plan(request(), host());
  QCOMPARE(made.size(), golden.size());
  for (size_t i = 0; i < golden.size(); ++i) QVERIFY2(made[i] == golden[i], std::to_string(i).c_str());
}

void PlanTest::aBundleAddsExactlyThis() {
  auto golden = plan(request(), host());
  auto home = std::ranges::find(golden, Operation(BindDescriptor{0, "/home/anna", Reach::Write}));
  QVERIFY(home != golden.end());
  golden.insert(home + 1, BindDescriptor{3, "/app", Reach::Read});
  for (auto& operation : golden) {
    auto set = std::get_if<SetEnvironment>(&operation);
    if (set == nullptr) continue;
    if (set->name == "PATH") set->value = "/app/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";
    if (set->name == "XDG_DATA_DIRS") set->value = "/app/share:/usr/local/share:/usr/share:/run/latchkey/open";
  }
  auto bundled = request();
  bundled.bundle = 3;
  auto made = plan(bundled, host());
  QCOMPARE(made.size(), golden.size());
  for (size_t i = 0; i < golden.size(); ++i) QVERIFY2(made[i] == golden[i], std::to_string(i).c_str());
}

// Golden like the others, as far as it differs: nothing of the host's /usr but what things look like.
void PlanTest::aRuntimeIsTheWholeSystem() {
  auto other = host();
  other.configuration = {"/etc/fonts", "/etc/ld.so.cache", "/etc/ssl", "/etc/pki/tls", "/etc/services"};
  other.looks = {"/usr/share/fonts", "/usr/share/themes"};
  auto asked = request();
  asked.bundle = 3;
  asked.optional = true;
  asked.runtime = OtherSystem{.slot = 4, .folders = {"bin", "lib", "lib64", "share"}, .configuration = {"ld.so.cache"}};
  Plan golden{
      BindDescriptor{4, "/usr", Reach::Read},
      Symlink{"usr/bin", "/bin"},
      Symlink{"usr/lib", "/lib"},
      Symlink{"usr/lib64", "/lib64"},
      ProcessFiles{},
      MinimalDevices{},
      ReadOnlySystem{"/etc/ssl"},
      ReadOnlySystem{"/etc/pki/tls"},
      ReadOnlySystem{"/etc/services"},
      Symlink{"/usr/etc/ld.so.cache", "/etc/ld.so.cache"},
  };
  auto made = plan(asked, other);
  auto from = std::ranges::find(made, Operation(golden[0]));
  QVERIFY(made.end() - from > static_cast<ptrdiff_t>(golden.size()));
  for (size_t i = 0; i < golden.size(); ++i)
    QVERIFY2(from[static_cast<ptrdiff_t>(i)] == golden[i], std::to_string(i).c_str());
  std::vector<std::string> seen;
  for (auto& operation : made) {
    if (auto system = std::get_if<ReadOnlySystem>(&operation)) seen.push_back(system->path + " " + system->at);
  }
  QCOMPARE(seen, (std::vector<std::string>{"/etc/ssl ", "/etc/pki/tls ", "/etc/services ",
                                           "/usr/share/fonts /run/latchkey/system/share/fonts",
                                           "/usr/share/themes /run/latchkey/system/share/themes"}));
  auto looks =
      std::ranges::find(made, Operation(ReadOnlySystem{"/usr/share/fonts", "/run/latchkey/system/share/fonts"}));
  QVERIFY(looks > std::ranges::find(made, Operation(Directory{"/run/latchkey", 0700})));
  QVERIFY(contains(made, BindDescriptor{3, "/app", Reach::Read}));
  QCOMPARE(variable(made, "XDG_DATA_DIRS"),
           std::string("/app/share:/usr/local/share:/usr/share:/run/latchkey/system/share:/run/latchkey/open"));
  QCOMPARE(variable(made, "SHELL"), std::string("/bin/sh"));
  QCOMPARE(variable(made, "SSL_CERT_FILE"), std::string("/etc/ssl/certs/ca-certificates.crt"));
  QCOMPARE(variable(made, "LD_LIBRARY_PATH"), std::string("(unset)"));
  auto words = inBwrapWords(made, 100).words;
  auto at = std::ranges::find(words, std::string("/run/latchkey/system/share/fonts"));
  QVERIFY(at != words.end() && at[-1] == "/usr/share/fonts" && at[-2] == "--ro-bind");
}

void PlanTest::ofARuntimesConfigurationNothingIsSaidTwice() {
  auto asked = request();
  asked.runtime = OtherSystem{.slot = 1,
                              .folders = {"bin"},
                              .configuration = {"fonts", "group", "hosts", "ld.so.preload", "localtime", "machine-id",
                                                "nsswitch.conf", "passwd", "pki", "resolv.conf", "services", "ssl"}};
  auto made = plan(asked, host());
  QVERIFY(contains(made, Symlink{"/usr/etc/fonts", "/etc/fonts"}));
  size_t links = 0;
  for (auto& operation : made) {
    auto link = std::get_if<Symlink>(&operation);
    links += link != nullptr && link->target.starts_with("/usr/etc/") ? 1 : 0;
    auto file = std::get_if<SyntheticFile>(&operation);
    QVERIFY(file == nullptr || file->path != "/etc/fonts/fonts.conf");
  }
  QCOMPARE(links, size_t{1});
  asked.runtime->configuration.clear();
  made = plan(asked, host());
  QVERIFY(std::ranges::any_of(made, [](auto& operation) {
    auto file = std::get_if<SyntheticFile>(&operation);
    return file != nullptr && file->path == "/etc/fonts/fonts.conf" && file->content.contains("/usr/share/fonts");
  }));
}

void PlanTest::aBundlesPlaceIsItsOwn() {
  auto labelled = request();
  labelled.labels = {"/app/data"};
  plan(labelled, host());  // Of anybody else.
  labelled.bundle = 3;
  QVERIFY_THROWS_EXCEPTION(kj::Exception, plan(labelled, host()));
  labelled.labels = {"/apps"};
  plan(labelled, host());
  labelled.home = "/app";
  QVERIFY_THROWS_EXCEPTION(kj::Exception, plan(labelled, host()));
  QVERIFY(isInBundle("/app") && isInBundle("/app/bin") && !isInBundle("/apps") && !isInBundle("/"));
}

// For who does what another machine asks: no system, no home, nothing to fill.
void PlanTest::theBareSandboxIsExactlyThis() {
  HostFacts host{.uid = 1000, .gid = 1000, .systemDirectories = {"/usr"}, .configuration = {"/etc/ssl"}};
  Plan golden{
      OwnUserNamespace{1000, 1000},
      OwnPidNamespace{},
      OwnIpcNamespace{},
      OwnNetworkNamespace{},
      OwnCgroupNamespace{},
      OwnHostname{"latchkey"},
      NoNestedNamespaces{},
      NewSession{},
      DieWithLauncher{},
      FirstProgramIsInit{},
      ReadOnlySystem{"/lib/libc.so.6"},
      ReadOnlySystem{"/usr/lib/server"},
      ProcessFiles{},
      BindDevice{"/dev/null"},
      SyntheticFile{"/etc/passwd", "user:x:1000:1000::/:/usr/sbin/nologin\n"},
      SyntheticFile{"/etc/group", "user:x:1000:\n"},
      SyntheticFile{"/etc/nsswitch.conf", "passwd: files\ngroup: files\n"},
      MemoryDirectory{"/run", 65536},
      Directory{"/run/latchkey", 0700},
      Directory{"/run/user", 0755},
      Directory{"/run/user/1000", 0700},
      Directory{"/shared/box", 0755},
      ReadOnlyRoot{},
      EmptyEnvironment{},
      SetEnvironment{"LANG", "C.UTF-8"},
      FilterSystemCalls{},
  };
  auto made = barePlan({"/lib/libc.so.6", "/usr/lib/server"}, "/shared/box", "", host);
  QCOMPARE(made.size(), golden.size());
  for (size_t i = 0; i < golden.size(); ++i) QVERIFY2(made[i] == golden[i], std::to_string(i).c_str());
  auto words = inBwrapWords({MemoryDirectory{"/run", 65536}, ReadOnlyRoot{}}, 3).words;
  QCOMPARE(words, (std::vector<std::string>{"--size", "65536", "--tmpfs", "/run", "--remount-ro", "/"}));
}

void PlanTest::whatAProgramIsMadeOf() {
  auto listing =
      "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1e)\n"
      "\tlibgone.so => not found\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
  QCOMPARE(pathsIn(listing),
           (std::vector<std::string>{"/lib/x86_64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2"}));
  auto files = loadedBy("/usr/bin/env");
  QCOMPARE(files.back(), std::string("/usr/bin/env"));
  QVERIFY(std::ranges::any_of(files, [](auto& path) { return path.contains("libc.so"); }));
}

void PlanTest::wordsAreExactlyThese() {
  Plan all{
      OwnUserNamespace{7, 8},
      OwnPidNamespace{},
      OwnIpcNamespace{},
      OwnNetworkNamespace{},
      OwnCgroupNamespace{},
      OwnHostname{"h"},
      NoNestedNamespaces{},
      NewSession{},
      DieWithLauncher{},
      FirstProgramIsInit{},
      Directory{"/d", 01777},
      Symlink{"to", "/from"},
      SyntheticFile{"/f", "content", 0444},
      ReadOnlySystem{"/usr"},
      BindDescriptor{3, "/home", Reach::Write},
      BindDescriptor{4, "/look", Reach::Read},
      BindDevice{"/dev/dri"},
      ProcessFiles{},
      MinimalDevices{},
      EmptyEnvironment{},
      SetEnvironment{"A", "b"},
      FilterSystemCalls{{.ownSandboxes = true}},
  };
  std::vector<std::string> golden{"--unshare-user",
                                  "--uid",
                                  "7",
                                  "--gid",
                                  "8",
                                  "--unshare-pid",
                                  "--unshare-ipc",
                                  "--unshare-net",
                                  "--unshare-cgroup",
                                  "--unshare-uts",
                                  "--hostname",
                                  "h",
                                  "--disable-userns",
                                  "--assert-userns-disabled",
                                  "--new-session",
                                  "--die-with-parent",
                                  "--as-pid-1",
                                  "--perms",
                                  "1777",
                                  "--dir",
                                  "/d",
                                  "--symlink",
                                  "to",
                                  "/from",
                                  "--perms",
                                  "0444",
                                  "--file",
                                  "50",
                                  "/f",
                                  "--ro-bind",
                                  "/usr",
                                  "/usr",
                                  "--bind-fd",
                                  "51",
                                  "/home",
                                  "--ro-bind-fd",
                                  "52",
                                  "/look",
                                  "--dev-bind",
                                  "/dev/dri",
                                  "/dev/dri",
                                  "--proc",
                                  "/proc",
                                  "--dev",
                                  "/dev",
                                  "--clearenv",
                                  "--setenv",
                                  "A",
                                  "b",
                                  "--add-seccomp-fd",
                                  "53",
                                  "--add-seccomp-fd",
                                  "54"};
  auto words = inBwrapWords(all, 50);
  QCOMPARE(words.words, golden);
  std::vector<Inherited> descriptors{
      {.number = 50, .kind = Inherited::Kind::Content, .content = "content"},
      {.number = 51, .kind = Inherited::Kind::Slot, .slot = 3},
      {.number = 52, .kind = Inherited::Kind::Slot, .slot = 4},
      {.number = 53, .kind = Inherited::Kind::Arguments, .abilities = {.ownSandboxes = true}},
      {.number = 54, .kind = Inherited::Kind::Calls, .abilities = {.ownSandboxes = true}},
  };
  QVERIFY(words.descriptors == descriptors);
  QCOMPARE(words.joined().substr(0, 19), std::string("--unshare-user\0--ui", 19));
}

void PlanTest::everythingIsSeparated() {
  auto made = plan(request(), host());
  QCOMPARE(count<OwnPidNamespace>(made), 1u);
  QCOMPARE(count<OwnNetworkNamespace>(made), 1u);
  QCOMPARE(count<OwnIpcNamespace>(made), 1u);
  QCOMPARE(count<NewSession>(made), 1u);
  QCOMPARE(count<DieWithLauncher>(made), 1u);
  QCOMPARE(count<EmptyEnvironment>(made), 1u);
  // In a trial not even that.
  auto trial = request();
  trial.triedHome = "/data/profiles/a/home";
  trial.homeChanges = "/data/trials/1/home";
  auto tried = plan(trial, host());
  QVERIFY(contains(
      tried, Overlay{"/data/profiles/a/home", "/data/trials/1/home/upper", "/data/trials/1/home/work", "/home/anna"}));
  QVERIFY(!contains(tried, BindDescriptor{0, "/home/anna", Reach::Write}));
  QCOMPARE(inBwrapWords({Overlay{"/l", "/u", "/w", "/p"}}, 50).words,
           std::vector<std::string>({"--overlay-src", "/l", "--overlay", "/u", "/w", "/p"}));
  // Writable is the private home, and nothing else of the host.
  QCOMPARE(std::ranges::count_if(made,
                                 [](auto& operation) {
                                   auto bind = std::get_if<BindDescriptor>(&operation);
                                   return bind != nullptr && bind->reach == Reach::Write;
                                 }),
           1);
}

void PlanTest::ownSandboxesIsTheOnlyWayToNestedNamespaces() {
  auto wanted = request();
  QCOMPARE(count<NoNestedNamespaces>(plan(wanted, host())), 1u);
  wanted.abilities.ownSandboxes = true;
  QCOMPARE(count<NoNestedNamespaces>(plan(wanted, host())), 0u);
  // Nothing else becomes looser by it: five empty directories, and one operation less.
  for (auto path : {"/sys/block", "/sys/bus", "/sys/class", "/sys/dev", "/sys/devices"})
    QVERIFY(contains(plan(wanted, host()), Directory{path, 0755}));
  QCOMPARE(plan(wanted, host()).size(), plan(request(), host()).size() + 5 - 1);
}

void PlanTest::neverRootInside() {
  auto facts = host();
  facts.uid = facts.gid = 0;
  auto made = plan(request(), facts);
  QVERIFY(contains(made, OwnUserNamespace{1000, 1000}));
  QCOMPARE(runtimeDirectory(facts), "/run/user/1000");
  facts.uid = 1234;
  QVERIFY(contains(plan(request(), facts), OwnUserNamespace{1234, 1000}));
}

void PlanTest::graphicsOnlyWhenGranted() {
  auto wanted = request();
  QCOMPARE(count<BindDevice>(plan(wanted, host())), 0u);
  QVERIFY(!contains(plan(wanted, host()), ReadOnlySystem{"/sys/devices"}));
  wanted.graphics = true;
  QVERIFY(contains(plan(wanted, host()), BindDevice{"/dev/dri"}));
}

void PlanTest::labelsOutsideTheHomeAreMade() {
  auto wanted = request();
  wanted.labels = {"/home/anna/Documents", "/media", "/run/media/anna"};
  auto made = plan(wanted, host());
  QVERIFY(contains(made, Directory{"/media", 0755}));
  QVERIFY(contains(made, Directory{"/run/media/anna", 0755}));
  // Those in the home are made in the private home beforehand, where no link of the app's is followed.
  QVERIFY(!contains(made, Directory{"/home/anna/Documents", 0755}));
}

void PlanTest::hostilePlaceIsRefused_data() {
  QTest::addColumn<QString>("path");
  for (auto path : {"", "/", "relative", "/home/../etc", "/home/./x", "/home//x", "/home/x/", "/etc", "/etc/passwd",
                    "/usr/bin", "/proc/1", "/dev", "/run/latchkey", "/tmp", "/run", "/home", "/sys/x"}) {
    QTest::newRow(path) << QString(path);
  }
}

void PlanTest::hostilePlaceIsRefused() {
  QFETCH(QString, path);
  auto asHome = request(), asLabel = request();
  asHome.home = path.toStdString();
  asLabel.labels = {path.toStdString()};
  QVERIFY_THROWS_EXCEPTION(kj::Exception, plan(asHome, host()));
  QVERIFY_THROWS_EXCEPTION(kj::Exception, plan(asLabel, host()));
}

void PlanTest::hostileUserNameStaysOneField_data() {
  QTest::addColumn<QString>("name");
  for (auto name :
       {"", "a:b", "a\nroot:x:0:0::/:/bin/sh", "-rf", "root", "a b", "veryveryveryveryveryveryverylongname12"})
    QTest::newRow(name) << QString(name);
}

void PlanTest::hostileUserNameStaysOneField() {
  QFETCH(QString, name);
  auto wanted = request();
  wanted.userName = name.toStdString();
  QCOMPARE(variable(plan(wanted, host()), "USER"), "user");
}

void PlanTest::environmentIsAListOfKnownNames() {
  Environment session;
  for (auto name : {"LANG",
                    "LC_TIME",
                    "TERM",
                    "COLORTERM",
                    "DBUS_SESSION_BUS_ADDRESS",
                    "SSH_AUTH_SOCK",
                    "LD_PRELOAD",
                    "LD_LIBRARY_PATH",
                    "GCONV_PATH",
                    "GITHUB_TOKEN",
                    "DISPLAY",
                    "WAYLAND_DISPLAY",
                    "XAUTHORITY",
                    "XDG_RUNTIME_DIR",
                    "HOME",
                    "PATH",
                    "BASH_ENV",
                    "LC_../x",
                    "GTK_MODULES",
                    "GTK_IM_MODULE_FILE",
                    "XMODIFIERS",
                    "IBUS_ADDRESS",
                    "QT_PLUGIN_PATH",
                    "PYTHONPATH",
                    "LATCHKEY_BIN",
                    "PS1",
                    "EDITOR"}) {
    session.emplace_back(name, "value");
  }
  for (auto name : {"GTK_IM_MODULE", "QT_IM_MODULE"}) session.emplace_back(name, "ibus");
  Environment expected{{"COLORTERM", "value"}, {"GTK_IM_MODULE", "ibus"}, {"LANG", "value"},
                       {"LC_TIME", "value"},   {"QT_IM_MODULE", "ibus"},  {"TERM", "value"}};
  QCOMPARE(passedOn(session), expected);
}

void PlanTest::environmentValuesCannotLeadOut() {
  QVERIFY(passedOn({{"LANG", "../../tmp/x"}}).empty());
  QVERIFY(passedOn({{"TZ", "/home/anna/zone"}}).empty());
  QVERIFY(passedOn({{"TZ", ":/home/anna/zone"}}).empty());
  QVERIFY(passedOn({{"LANG", "de\nLD_PRELOAD=x"}}).empty());
  QVERIFY(passedOn({{"LANG", std::string(5000, 'x')}}).empty());
  QCOMPARE(passedOn({{"TZ", "Europe/Vienna"}}).size(), 1u);
}

void PlanTest::valuesAreNeverOptions() {
  auto wanted = request();
  wanted.environment.emplace_back("TERM", "--bind");
  auto words = inBwrapWords(plan(wanted, host()), 100).words;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--bind") QCOMPARE(words[i - 2], "--setenv");
  }
}

void PlanTest::nulInAValueIsRefused() {
  BwrapWords words{{"--setenv", std::string("a\0--bind", 8)}, {}};
  QVERIFY_THROWS_EXCEPTION(kj::Exception, words.joined());
}

void PlanTest::typesOfTheSystemAreOpenedElsewhere() {
  std::istringstream cache(
      "[MIME Cache]\ntext/plain=a.desktop;b.desktop;\nx-scheme-handler/https=a.desktop;\n"
      "text/plain=c.desktop;\nimage/svg+xml=d.desktop\nno equals sign/\n/=x\na/b/c=x\n=x\n"
      "text/a b=x\ntext/\x1b[2J=x\n" +
      std::string(200, 'x') + "/y=x\n");
  QCOMPARE(handledTypes(cache), (std::set<std::string>{"image/svg+xml", "text/plain", "x-scheme-handler/https"}));
  auto facts = host();
  facts.handled.clear();
  for (auto& operation : plan(request(), facts)) {
    auto file = std::get_if<SyntheticFile>(&operation);
    QVERIFY(file == nullptr || file->path.find("/run/latchkey") == std::string::npos);
  }
}

QTEST_GUILESS_MAIN(PlanTest)
#include "plan-test.moc"
