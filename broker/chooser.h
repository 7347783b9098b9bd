// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What an app wants its person to pick: files and folders, or another app. The fields of Chooser and Opener in
// broker/schema/request.capnp as plain data.
//
// Every word of it is the app's. What a person reads is escaped and cut here, once; how much of it there may be is
// bounded; a name the app suggests for a file must be a name and nothing else, for a backend that puts "../" behind a
// folder writes where nobody chose (GHSA-cm83-2936-gxjm). What is malformed throws: no program of ours sends it.

#include <kj/common.h>
#include <kj/io.h>

#include <cstdint>
#include <string>
#include <vector>

#include "broker/grants/grant.h"
#include "broker/schema/request.capnp.h"

namespace latchkey {

constexpr size_t MOST_CHOSEN = 1024;

struct Choice {
  std::string id;
  std::string value;
};

struct Chooser {
  enum class Purpose : uint8_t { OpenFile, OpenFiles, OpenFolder, OpenFolders, SaveFile, SaveFiles };

  struct Filter {
    std::string name;
    std::vector<std::string> globs, types;
  };
  struct Option {
    std::string id;
    std::string label;
    std::vector<Choice> entries;
    std::string selected;
  };

  Purpose purpose = Purpose::OpenFile;
  std::string title;
  std::vector<Filter> filters;
  uint32_t filter = 0;
  std::vector<Option> options;
  std::string folder;  // Clean, or empty.
  std::string name;
  std::vector<std::string> names;

  bool saves() const { return purpose == Purpose::SaveFile || purpose == Purpose::SaveFiles; }
  bool ofFolders() const { return purpose == Purpose::OpenFolder || purpose == Purpose::OpenFolders; }
  bool ofSeveral() const { return purpose == Purpose::OpenFiles || purpose == Purpose::OpenFolders; }
  // "a file to open": what stands in the place of a thing until one is picked.
  std::string words() const;
};

struct Opener {
  std::string uri;   // Escaped; empty for a file.
  std::string type;  // MIME type, or "x-scheme-handler/https".
};

// Of an answer. `object`: O_PATH of what was shown, where it exists.
struct Chosen {
  std::string path;
  kj::AutoCloseFd object{};
};

Chooser fromSchema(schema::Chooser::Reader chooser);
void toSchema(const Chooser& chooser, schema::Chooser::Builder builder);
void toSchema(const Opener& opener, schema::Opener::Builder builder);
std::vector<Choice> fromSchema(capnp::List<schema::Choice>::Reader list);
void toSchema(const std::vector<Choice>& choices, capnp::List<schema::Choice>::Builder list);

// One name in a folder: not empty, "." or "..", no slash, NUL or control character, at most 255 bytes.
bool isFileName(std::string_view name);

// Whether the answer's filter and options are among those that were shown. An app reads them as its person's word.
bool isOffered(const Chooser& chooser, uint32_t filter, const std::vector<Choice>& choices);

}  // namespace latchkey
