// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A store to test with, and apps to put into it: as bundles are made, and as contents alone.

#include <QString>
#include <QTemporaryDir>
#include <map>

#include "launcher/store/store.h"
#include "tests/launcher/bundle/bundle-bench.h"

namespace latchkey::test {

// One version of an app.
struct TestApp {
  std::string id = "org.example.Player";
  std::string version = "1.0";
  std::vector<store::Claim> claims = {};
  std::string runtime = {}, runtimeName = {};  // What it runs on; empty: the host's.
  std::vector<std::string> provides = {};      // Not empty: it is a runtime.
  std::vector<Part> files = {};                // Beside the least there is; another program in each version.

  std::string manifest() const;
  std::vector<Part> parts() const;
  // As the confined process would say it.
  std::string report() const;
  store::Papers papers(const SecretKey& key) const;
  // A real one, in a file.
  QString bundle(const Bench& bench, const SecretKey& key, const QString& name) const;
};

// Contents from memory. May give others than it should, or none.
class MemorySource final : public store::ContentSource {
public:
  explicit MemorySource(const TestApp& app);
  std::string prepare(int folder, const std::vector<const BundleEntry*>& wanted) override;
  std::string fetch(const BundleEntry& entry, int folder, const std::string& name) override;

  std::map<std::string, std::string> contents;  // By digest.
  size_t asked = 0;
};

struct StoreBench {
  StoreBench();
  std::string path(const std::string& name = {}) const {
    return root.path().toStdString() + below + (name.empty() ? "" : "/" + name);
  }
  std::string home() const { return root.path().toStdString() + "/home"; }
  store::Store::Parts parts() const;
  store::Outcome install(store::Store& store, const TestApp& app, const store::InstallChoice& choice = {}) const;
  // What is wrong; empty: nothing.
  QByteArray problemOf(store::Store& store, const TestApp& app, const store::InstallChoice& choice = {}) const;
  // What is there beside what has to be: of staging, versions nobody names, contents of no version, links to nowhere.
  QStringList leaks() const;
  // "1.0", and "1.0<0.9" with a previous one, "?1.1" what waits; "-": none.
  QByteArray stateOf(const std::string& id = "org.example.Player") const;
  // Everything is as it was signed.
  QByteArray faults(const std::string& id = {}) const;

  QTemporaryDir root;
  std::string below = "/store";  // Where in it the store is.
  SecretKey key = SecretKey::generate();
  SecretKey otherKey = SecretKey::generate();
  std::function<std::string(std::string_view)> systemApp = {};
  std::function<uint64_t(int)> freeBytes = {};
  store::Step step = {};
};

// What `work` fails with; empty if it does not.
QByteArray failureOf(const std::function<void()>& work);

}  // namespace latchkey::test
