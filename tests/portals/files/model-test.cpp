// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// A granted folder beside a plain one: the same thousands of random steps (model.cpp) answer the same in both, and
// leave the same behind. LATCHKEY_MODEL_STEPS makes it longer, LATCHKEY_MODEL_SEED another.

#include <stdlib.h>

#include <QTest>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/portals/files/files-world.h"

using namespace latchkey::test;
using latchkey::schema::Access;
using latchkey::schema::Scope;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> linesOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string setting(const char* name, const char* otherwise) {
  auto* given = getenv(name);
  return given ? given : otherwise;
}

}  // namespace

class ModelTest : public QObject {
  Q_OBJECT
private Q_SLOTS:
  void initTestCase() {
    auto missing = World::missing();
    if (!missing.empty()) QSKIP(missing.c_str());
  }
  void aGrantedFolderIsLikeAnyOther_data();
  void aGrantedFolderIsLikeAnyOther();
};

void ModelTest::aGrantedFolderIsLikeAnyOther_data() {
  QTest::addColumn<int>("seed");
  int first = atoi(setting("LATCHKEY_MODEL_SEED", "1").c_str());
  for (int seed = first; seed < first + 4; ++seed) QTest::addRow("seed %d", seed) << seed;
}

void ModelTest::aGrantedFolderIsLikeAnyOther() {
  QFETCH(int, seed);
  World world;
  auto program = fs::path(World::programs()).parent_path() / "tests" / "files-model";
  auto plain = world.root + "/plain", granted = world.path("Documents/p");
  fs::create_directories(plain);
  fs::create_directories(granted);
  fs::copy_file(program, world.privateHome + "/model");
  auto box = world.sandbox();
  box->give(granted, {.access = Access::WRITE, .scope = Scope::TREE});
  auto words = " " + std::to_string(seed) + " " + setting("LATCHKEY_MODEL_STEPS", "3000");
  QCOMPARE(system((program.string() + " " + plain + words + " >" + world.root + "/expected").c_str()), 0);
  auto command = "~/model " + granted + words + " >~/said";
  for (size_t at; (at = command.find(' ')) != command.npos;) command.replace(at, 1, "%20");
  QCOMPARE(box->number("exec " + command, 200), 0);
  auto expected = linesOf(world.root + "/expected"), said = linesOf(world.privateHome + "/said");
  for (size_t i = 0; i < std::min(expected.size(), said.size()); ++i) {
    if (said[i] == expected[i]) continue;
    for (size_t j = i > 12 ? i - 12 : 0; j <= i; ++j) qWarning("%s", said[j].c_str());
    QCOMPARE(QByteArray(said[i].c_str()), QByteArray(expected[i].c_str()));
  }
  QCOMPARE(said.size(), expected.size());
  QVERIFY(said.size() > 3000);
  QCOMPARE(box->asked.size(), 0u);
}

QTEST_GUILESS_MAIN(ModelTest)
#include "model-test.moc"
