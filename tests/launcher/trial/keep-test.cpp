// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// Who keeps a trial is killed before each of its system calls in turn, by whoever traces it. Afterwards every file is
// the old or the new, and keeping again, or discarding, leaves nothing else.

#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <kj/debug.h>

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "launcher/trial/keep.h"
#include "tests/support/killed-when.h"

using namespace latchkey;
using namespace latchkey::trial;
using latchkey::test::killedWhen;
namespace fs = std::filesystem;

namespace {

using Tree = std::map<std::string, std::string>;

const std::string OLD_LARGE(300'000, 'o'), NEW_LARGE(400'000, 'n');

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

Tree contentOf(const fs::path& top) {
  Tree tree;
  for (auto& entry : fs::recursive_directory_iterator(top)) {
    auto& content = tree[entry.path().lexically_relative(top)];
    if (entry.is_symlink()) {
      content = "-> " + fs::read_symlink(entry).string();
    } else if (entry.is_directory()) {
      content = "folder";
    } else {
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      content = text.str();
    }
  }
  return tree;
}

// A folder of the host, and a trial that changed it in every way there is.
class Tried {
public:
  Tried() {
    for (auto* name : {"a", "gone", "deep/1", "deep/2", "deep/sub/3", "swapped/x", "swapped/y", "kept/s", "tool"})
      write(m_host / name, "old");
    write(m_host / "large", OLD_LARGE);
    fs::create_symlink("a", m_host / "link");
    old = contentOf(m_host);
    Places places;
    places.data = m_directory.filePath("data").toStdString();
    fs::create_directories(m_directory.filePath("private").toStdString());
    m_trial.id = "t";
    m_trial.holder = m_trial.name = "app";
    m_trial.started = "2026-01-01T00:00:00Z";
    m_trial.home = m_directory.filePath("private").toStdString();
    m_trial.directory = create(places, m_trial);
    KJ_ASSERT(latchkey::trial::begin(m_trial.directory).get() >= 0);
    m_layer = layerOf(m_trial.directory + "/files", m_host.string()) + "/upper";
    for (auto* name : {"a", "new", "made/inner", "made/more", "swapped/x", "swapped/z", "tool"})
      write(m_layer / name, "new");
    fs::permissions(m_layer / "tool", fs::perms(0755));
    write(m_layer / "large", NEW_LARGE);
    fs::create_symlink("b", m_layer / "link");
    fs::create_symlink("a", m_layer / "made/link");
    for (auto* name : {"gone", "deep"}) KJ_ASSERT(mknod((m_layer / name).c_str(), S_IFCHR, makedev(0, 0)) == 0);
    KJ_ASSERT(setxattr((m_layer / "swapped").c_str(), "user.overlay.opaque", "y", 1, 0) == 0);
    wanted = contentOf(m_layer);
    for (auto* name : {"gone", "deep"}) wanted.erase(name);
    wanted.insert({{"kept", "folder"}, {"kept/s", "old"}});
  }

  const fs::path& host() const { return m_host; }
  const Trial& trial() const { return m_trial; }
  bool isListed() const { return fs::exists(m_trial.directory); }
  fs::path trials() const { return fs::path(m_trial.directory).parent_path(); }

  Changes changes() const { return changesOf(m_trial, m_directory.path().toStdString()); }
  std::vector<NotKept> keepAll() const {
    return keepChosen(m_trial, changes(), [](const Change&) { return Conflicts::Skip; });
  }

  // What stands there as it never should. A draft beside its place is told as "draft".
  std::vector<std::string> wrong() const {
    std::vector<std::string> all;
    auto now = contentOf(m_host);
    for (auto& [path, content] : now) {
      bool isOld = old.contains(path) && old.at(path) == content;
      bool isNew = wanted.contains(path) && wanted.at(path) == content;
      if (isOld || isNew) continue;
      all.push_back(fs::path(path).filename().string().starts_with(".latchkey-") ? "draft" : path);
    }
    for (auto& [path, content] : old) {
      if (wanted.contains(path) && !now.contains(path)) all.push_back("missing: " + path);
    }
    return all;
  }

  Tree old, wanted;

private:
  QTemporaryDir m_directory;
  fs::path m_host = m_directory.filePath("home/Documents").toStdString();
  fs::path m_layer;
  Trial m_trial;
};

bool atExchange(pid_t child, int when) {
  __ptrace_syscall_info info{};
  ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
  static bool exchanging = false;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
    exchanging = info.entry.nr == SYS_renameat2 && info.entry.args[4] == RENAME_EXCHANGE;
  return exchanging && info.op == when;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (auto& line : lines) text += line + "; ";
  return text;
}

}  // namespace

class KeepTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void undisturbedAllIsThere();
  void killedAnywhereNothingIsHalfAndKeepingAgainFinishes();
  void killedAnywhereDiscardingLeavesNoDraft();
  void whatIsPutThereAtTheLastMomentIsNotLost();
  void killedWhileDiscardingNothingIsKeptOfTheRest();
  void twoDoNotKeepAtOnce();
  void aFolderChangedOutsideWhileItIsDeletedIsAConflict();
};

void KeepTest::undisturbedAllIsThere() {
  Tried tried;
  QVERIFY(tried.keepAll().empty());
  QCOMPARE(contentOf(tried.host()), tried.wanted);
  QVERIFY(fs::status(tried.host() / "tool").permissions() == fs::perms(0755));
  QVERIFY(tried.changes().list.empty());
}

void KeepTest::killedAnywhereNothingIsHalfAndKeepingAgainFinishes() {
  size_t drafts = 0, at = 0;
  for (;; ++at) {
    Tried tried;
    auto left = 2 * at;  // Before the call and behind it are the same to the host.
    auto changes = tried.changes();
    bool killed = killedWhen([&] { keepChosen(tried.trial(), changes, [](const Change&) { return Conflicts::Skip; }); },
                             [&](pid_t) { return left-- == 0; });
    auto wrong = tried.wrong();
    drafts += size_t(std::erase(wrong, "draft"));
    QVERIFY2(wrong.empty(), (std::to_string(at) + ": " + joined(wrong)).c_str());
    auto failed = tried.keepAll();
    QVERIFY2(failed.empty(),
             (std::to_string(at) + ": " + (failed.empty() ? "" : failed[0].path + failed[0].why)).c_str());
    QCOMPARE(contentOf(tried.host()), tried.wanted);
    QVERIFY(tried.changes().list.empty());
    if (!killed) break;
  }
  qInfo("killed before each of %zu system calls, %zu times beside a draft", at, drafts);
  QVERIFY(at > 100);
  QVERIFY(drafts > 20);
}

void KeepTest::killedAnywhereDiscardingLeavesNoDraft() {
  for (size_t at = 0;; at += 7) {
    Tried tried;
    auto left = at;
    auto changes = tried.changes();
    bool killed = killedWhen([&] { keepChosen(tried.trial(), changes, [](const Change&) { return Conflicts::Skip; }); },
                             [&](pid_t) { return left-- == 0; });
    discardRest(tried.trial());
    QVERIFY2(tried.wrong().empty(), joined(tried.wrong()).c_str());
    QVERIFY(fs::is_empty(tried.trials()));
    if (!killed) break;
  }
}

void KeepTest::whatIsPutThereAtTheLastMomentIsNotLost() {
  for (int when : {PTRACE_SYSCALL_INFO_ENTRY, PTRACE_SYSCALL_INFO_EXIT}) {
    Tried tried;
    auto changes = tried.changes();
    QTest::qWait(20);  // The disk's clock is coarse.
    QVERIFY(killedWhen([&] { keepChosen(tried.trial(), changes, [](const Change&) { return Conflicts::Skip; }); },
                       [&](pid_t child) {
                         // After the last look at what is there.
                         if (atExchange(child, PTRACE_SYSCALL_INFO_ENTRY)) {
                           write(tried.host() / "theirs", "theirs");
                           fs::rename(tried.host() / "theirs", tried.host() / "a");
                           if (when == PTRACE_SYSCALL_INFO_ENTRY) return true;
                         }
                         return atExchange(child, when);
                       }));
    auto failed = tried.keepAll();
    QCOMPARE(failed.size(), 1u);
    QVERIFY(failed[0].path.ends_with("/a"));
    tried.wanted["a"] = "theirs";
    QCOMPARE(contentOf(tried.host()), tried.wanted);
  }
}

// Of layers that are half there, what is missing would look deleted by the app.
void KeepTest::killedWhileDiscardingNothingIsKeptOfTheRest() {
  for (size_t at = 0;; ++at) {
    Tried tried;
    auto left = at;
    bool killed = killedWhen([&] { discardRest(tried.trial()); }, [&](pid_t) { return left-- == 0; });
    QCOMPARE(contentOf(tried.host()), tried.old);
    if (tried.isListed()) {
      QVERIFY(tried.keepAll().empty());
      QCOMPARE(contentOf(tried.host()), tried.wanted);
    }
    // The next to discard removes that, too.
    Trial next = tried.trial();
    next.id = "next";
    next.directory = tried.trials() / next.id;
    fs::create_directories(next.directory);
    discard(next);
    if (tried.isListed()) discard(tried.trial());
    QVERIFY(fs::is_empty(tried.trials()));
    if (!killed) break;
  }
}

void KeepTest::twoDoNotKeepAtOnce() {
  Tried tried;
  auto changes = tried.changes();
  bool tested = false;
  keepChosen(tried.trial(), changes, [&](const Change&) {
    if (!tested) {
      tested = true;
      auto failed = tried.keepAll();
      [&] {
        QCOMPARE(failed.size(), changes.list.size());
        QVERIFY(failed[0].why.find("at this moment") != std::string::npos);
        QCOMPARE(contentOf(tried.host()), tried.old);
        QVERIFY_THROWS_EXCEPTION(kj::Exception, discardRest(tried.trial()));
      }();
    }
    return Conflicts::Skip;
  });
  QVERIFY(tested);
  QCOMPARE(contentOf(tried.host()), tried.wanted);
}

// That it was being deleted excuses the folder, not what comes to be in it.
void KeepTest::aFolderChangedOutsideWhileItIsDeletedIsAConflict() {
  Tried tried;
  auto changes = tried.changes();
  QVERIFY(killedWhen([&] { keepChosen(tried.trial(), changes, [](const Change&) { return Conflicts::Skip; }); },
                     [&](pid_t) { return !fs::exists(tried.host() / "deep/1"); }));
  QVERIFY(fs::exists(tried.host() / "deep"));
  QTest::qWait(20);
  write(tried.host() / "deep/fresh", "theirs");
  auto failed = tried.keepAll();
  QCOMPARE(failed.size(), 1u);
  QVERIFY(failed[0].path.ends_with("/deep"));
  QCOMPARE(contentOf(tried.host())["deep/fresh"], "theirs");
}

QTEST_GUILESS_MAIN(KeepTest)
#include "keep-test.moc"
