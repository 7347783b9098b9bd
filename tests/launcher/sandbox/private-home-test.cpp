// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/private-home.h"

#include <kj/exception.h>
#include <sys/stat.h>

#include <QtTest>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace latchkey::sandbox;
namespace fs = std::filesystem;

class PrivateHomeTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void init();
  void isMadePrivate();
  void homeThatIsALinkIsRefused();
  void homeOthersMayWriteIsRefused();
  void homeReplacedByAFileIsRefused();
  void foldersAreMade();
  void climbingIsRefused();
  void CVE_2024_42472_linkInTheWayIsNotFollowed();
  void GHSA_8688_9x26_hhxj_parentLinkIsNotFollowed();
  void CVE_2026_87766_hostileMountPointParents();
  void fileInTheWayIsKeptAside();
  void racingLinkNeverLeadsOut();

private:
  std::unique_ptr<QTemporaryDir> m_directory;
  fs::path m_top, m_outside;
};

void PrivateHomeTest::init() {
  m_directory = std::make_unique<QTemporaryDir>();
  m_top = fs::path(m_directory->path().toStdString()) / "profile";
  m_outside = fs::path(m_directory->path().toStdString()) / "outside";
  fs::create_directories(m_top);
  fs::create_directories(m_outside);
  chmod(m_top.c_str(), 0700);
}

void PrivateHomeTest::isMadePrivate() {
  PrivateHome::open(m_top);
  QCOMPARE(fs::status(m_top / "home").permissions(), fs::perms::owner_all);
  PrivateHome::open(m_top);  // And found again.
}

void PrivateHomeTest::homeThatIsALinkIsRefused() {
  fs::create_directory_symlink(m_outside, m_top / "home");
  QVERIFY_THROWS_EXCEPTION(kj::Exception, PrivateHome::open(m_top));
}

void PrivateHomeTest::homeOthersMayWriteIsRefused() {
  fs::create_directory(m_top / "home");
  chmod((m_top / "home").c_str(), 0777);
  QVERIFY_THROWS_EXCEPTION(kj::Exception, PrivateHome::open(m_top));
}

void PrivateHomeTest::homeReplacedByAFileIsRefused() {
  std::ofstream(m_top / "home") << "x";
  QVERIFY_THROWS_EXCEPTION(kj::Exception, PrivateHome::open(m_top));
}

void PrivateHomeTest::foldersAreMade() {
  auto home = PrivateHome::open(m_top);
  home.ensureDirectory("Documents");
  home.ensureDirectory(".local/share/fonts");
  home.ensureDirectory(".local/share/fonts");
  QVERIFY(fs::is_directory(m_top / "home/Documents"));
  QVERIFY(fs::is_directory(m_top / "home/.local/share/fonts"));
}

void PrivateHomeTest::climbingIsRefused() {
  auto home = PrivateHome::open(m_top);
  for (auto path : {"..", "../outside", "a/../../outside", "/etc", "a//b", "."})
    QVERIFY_THROWS_EXCEPTION(kj::Exception, home.ensureDirectory(path));
}

void PrivateHomeTest::CVE_2024_42472_linkInTheWayIsNotFollowed() {
  auto home = PrivateHome::open(m_top);
  fs::create_directory_symlink(m_outside, m_top / "home/Documents");
  home.ensureDirectory("Documents");
  QVERIFY(fs::is_directory(fs::symlink_status(m_top / "home/Documents")));
  QVERIFY(fs::is_empty(m_outside));
  // A dangling one as well.
  fs::create_symlink(m_outside / "new", m_top / "home/Music");
  home.ensureDirectory("Music");
  QVERIFY(fs::is_empty(m_outside));
}

void PrivateHomeTest::GHSA_8688_9x26_hhxj_parentLinkIsNotFollowed() {
  auto home = PrivateHome::open(m_top);
  fs::create_directory_symlink(m_outside, m_top / "home/.local");
  home.ensureDirectory(".local/share/fonts");
  QVERIFY(fs::is_empty(m_outside));
  QVERIFY(fs::is_directory(fs::symlink_status(m_top / "home/.local/share/fonts")));
}

void PrivateHomeTest::CVE_2026_87766_hostileMountPointParents() {
  auto home = PrivateHome::open(m_top);
  // What an earlier run may have planted, at every part of the path.
  for (auto target : {"/", "..", "../../outside", "/proc/self/root", "/proc/self/fd"}) {
    for (auto at : {".local", ".local/share", ".local/share/icons"}) {
      fs::remove_all(m_top / "home/.local");
      fs::create_directories((m_top / "home" / at).parent_path());
      fs::create_symlink(target, m_top / "home" / at);
      home.ensureDirectory(".local/share/icons");
      QVERIFY(fs::is_directory(fs::symlink_status(m_top / "home/.local/share/icons")));
      QVERIFY(fs::is_empty(m_outside));
    }
  }
}

void PrivateHomeTest::fileInTheWayIsKeptAside() {
  auto home = PrivateHome::open(m_top);
  std::ofstream(m_top / "home/Documents") << "mine";
  home.ensureDirectory("Documents");
  int kept = 0;
  for (auto& entry : fs::directory_iterator(m_top / "home"))
    kept += entry.path().filename().string().starts_with("Documents.aside-");
  QCOMPARE(kept, 1);
}

void PrivateHomeTest::racingLinkNeverLeadsOut() {
  auto home = PrivateHome::open(m_top);
  std::atomic<bool> enough = false;
  std::thread attacker([&]() {
    while (!enough) {
      std::error_code ignored;
      fs::remove_all(m_top / "home/a", ignored);
      fs::create_directory_symlink(m_outside, m_top / "home/a", ignored);
    }
  });
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (std::chrono::steady_clock::now() < end) {
    try {
      home.ensureDirectory("a/b/c");
    } catch (const kj::Exception&) {
      // Refused: it kept changing.
    }
  }
  enough = true;
  attacker.join();
  QVERIFY(fs::is_empty(m_outside));
}

QTEST_GUILESS_MAIN(PrivateHomeTest)
#include "private-home-test.moc"
