// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// A store with apps in it as those see it who only read: folders, links and reports, made by hand.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include "launcher/store/installed.h"

namespace latchkey::test {

struct InstalledWorld {
  explicit InstalledWorld(std::string folder) : store(std::move(folder)) {
    write(store + "/format", "latchkey store 1\n");
  }

  using Fill = std::function<void(schema::BundleReport::Builder)>;

  // A version that becomes the current one. `files`: by their paths below files/; what lies in bin/ is a program.
  void install(const std::string& id, const std::string& version, const std::map<std::string, std::string>& files,
               const Fill& fill = {}) const {
    auto name = version + "-0123456789abcdef";
    auto app = store + "/apps/" + id, deploy = app + "/versions/" + name;
    std::filesystem::create_directories(deploy + "/files");
    for (auto& [path, content] : files) {
      write(deploy + "/files/" + path, content);
      if (path.starts_with("bin/"))
        std::filesystem::permissions(deploy + "/files/" + path, std::filesystem::perms(0555));
    }
    capnp::MallocMessageBuilder message;
    auto report = message.initRoot<schema::BundleReport>();
    report.setId(id);
    report.setVersion(version);
    report.setName("The " + version);
    report.setSummary("One for tests");
    if (fill) fill(report);
    BundleReport said(capnp::messageToFlatArray(message));
    write(deploy + "/report", store::reportBytes(said));
    std::filesystem::remove(app + "/current");
    std::filesystem::create_symlink("versions/" + name, app + "/current");
  }

  void remove(const std::string& id) const { std::filesystem::remove(store + "/apps/" + id + "/current"); }

  std::string deploy(const std::string& id, const std::string& version) const {
    return store + "/apps/" + id + "/versions/" + version + "-0123456789abcdef";
  }

  // One command more.
  static void command(capnp::List<schema::BundleReport::Command>::Builder list, unsigned at, const char* name,
                      const std::vector<std::string>& words, const char* desktop = "") {
    list[at].setName(name);
    auto all = list[at].initWords(static_cast<unsigned>(words.size()));
    for (unsigned i = 0; i < words.size(); ++i) all.set(i, words[i]);
    list[at].setDesktop(desktop);
  }

  static void write(const std::string& path, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::filesystem::remove(path);
    std::ofstream(path) << content;
  }

  std::string store;
};

}  // namespace latchkey::test
