// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Grants to try things on, a directory for a store, and chance that can be repeated.

#include <QtTest>

#include <QTemporaryDir>

#include <random>
#include <string>
#include <vector>

#include "broker/grants/grant.h"
#include "tests/support/fake-clock.h"

namespace latchkey {

// Chance with a seed that is printed; LATCHKEY_SEED repeats a run.
class Chance {
public:
  Chance() : Chance(seedOf(qEnvironmentVariable("LATCHKEY_SEED"))) {}
  explicit Chance(uint64_t seed) : m_engine(seed) {
    qInfo("LATCHKEY_SEED=%llu", static_cast<unsigned long long>(seed));
  }

  // 0 .. count - 1
  size_t below(size_t count) { return m_engine() % count; }
  bool oneIn(size_t count) { return below(count) == 0; }
  template <typename T>
  const T& among(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

private:
  static uint64_t seedOf(const QString& given) {
    return given.isEmpty() ? std::random_device()() : given.toULongLong();
  }

  std::mt19937_64 m_engine;
};

inline Grant fileGrant(const std::string& holder, const std::string& path, Lifetime lifetime = Lifetime::always()) {
  Grant grant{.holder = holder, .kind = Kind::File, .object = {.target = path, .path = path}, .lifetime = lifetime};
  grant.created = FakeClock().wall();
  bool bound = lifetime.type == Lifetime::Type::Once || lifetime.type == Lifetime::Type::Run;
  if (bound) grant.instance = InstanceId("instance-of-" + holder);
  return grant;
}

inline Grant treeGrant(const std::string& holder, const std::string& path, Lifetime lifetime = Lifetime::always()) {
  auto grant = fileGrant(holder, path, lifetime);
  grant.kind = Kind::Folder;
  grant.object.scope = Scope::Tree;
  grant.access = Access::Write;
  return grant;
}

// A state directory of its own, 0700.
class StateDirectory {
public:
  StateDirectory() { QVERIFY2(m_directory.isValid(), "no temporary directory"); }
  std::string path() const { return m_directory.path().toStdString(); }
  std::string store() const { return path() + "/store.sqlite"; }
  std::string log() const { return store() + "-wal"; }

private:
  QTemporaryDir m_directory;
};

}  // namespace latchkey
