// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/chooser.h"

#include <kj/debug.h>

#include <algorithm>

#include "broker/base/text.h"
#include "broker/grants/reach.h"

namespace latchkey {
namespace {

constexpr size_t TITLE = 200, LABEL = 100, WORD = 255;
constexpr size_t MOST_FILTERS = 64, MOST_PATTERNS = 64, MOST_OPTIONS = 16, MOST_ENTRIES = 64, MOST_NAMES = 256;
constexpr uint64_t MOST_WORDS = 16 * 1024;  // Of eight bytes.

std::string text(capnp::Data::Reader data) { return {reinterpret_cast<const char*>(data.begin()), data.size()}; }
std::string text(capnp::Text::Reader words) { return {words.cStr(), words.size()}; }
capnp::Data::Reader bytes(const std::string& text) { return kj::StringPtr(text.c_str(), text.size()).asBytes(); }

// Patterns, types and ids: they are compared with what is there, so that none may be changed on the way.
std::string word(capnp::Text::Reader words) {
  auto result = text(words);
  KJ_REQUIRE(result.size() <= WORD && escaped(result) == result, "not a plain word");
  return result;
}

std::vector<std::string> words(capnp::List<capnp::Text>::Reader list) {
  KJ_REQUIRE(list.size() <= MOST_PATTERNS, "too many patterns");
  std::vector<std::string> result;
  for (auto one : list) result.push_back(word(one));
  return result;
}

Chooser::Filter filterFrom(schema::Chooser::Filter::Reader from) {
  return {.name = brief(text(from.getName()), LABEL), .globs = words(from.getGlobs()), .types = words(from.getTypes())};
}

Chooser::Option optionFrom(schema::Chooser::Option::Reader from) {
  Chooser::Option option{.id = word(from.getId()),
                         .label = brief(text(from.getLabel()), LABEL),
                         .entries = {},
                         .selected = word(from.getSelected())};
  KJ_REQUIRE(from.getEntries().size() <= MOST_ENTRIES, "too many entries");
  for (auto entry : from.getEntries())
    option.entries.push_back({word(entry.getId()), brief(text(entry.getValue()), LABEL)});
  return option;
}

std::string nameFrom(capnp::Data::Reader from) {
  auto name = text(from);
  KJ_REQUIRE(isFileName(name), "not a file's name");
  return name;
}

void write(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder list) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, texts[i].c_str());
}

unsigned count(const auto& list) { return static_cast<unsigned>(list.size()); }

}  // namespace

std::string Chooser::words() const {
  switch (purpose) {
    case Purpose::OpenFile: return "a file to open";
    case Purpose::OpenFiles: return "files to open";
    case Purpose::OpenFolder: return "a folder to open";
    case Purpose::OpenFolders: return "folders to open";
    case Purpose::SaveFile: return "where to save a file";
    case Purpose::SaveFiles: return "where to save files";
  }
  return "something";
}

bool isFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 255 &&
         std::ranges::none_of(name, [](unsigned char c) { return c == '/' || c < 0x20 || c == 0x7f; });
}

Chooser fromSchema(schema::Chooser::Reader from) {
  KJ_REQUIRE(from.totalSize().wordCount <= MOST_WORDS, "too much to choose from");
  Chooser chooser;
  auto purpose = static_cast<unsigned>(from.getPurpose());
  KJ_REQUIRE(purpose <= static_cast<unsigned>(Chooser::Purpose::SaveFiles), "a purpose this version does not know");
  chooser.purpose = static_cast<Chooser::Purpose>(purpose);
  chooser.title = brief(text(from.getTitle()), TITLE);
  KJ_REQUIRE(from.getFilters().size() <= MOST_FILTERS, "too many filters");
  KJ_REQUIRE(from.getOptions().size() <= MOST_OPTIONS, "too many options");
  KJ_REQUIRE(from.getNames().size() <= MOST_NAMES, "too many names");
  for (auto filter : from.getFilters()) chooser.filters.push_back(filterFrom(filter));
  for (auto option : from.getOptions()) chooser.options.push_back(optionFrom(option));
  for (auto name : from.getNames()) chooser.names.push_back(nameFrom(name));
  chooser.filter = from.getFilter() < chooser.filters.size() ? from.getFilter() : 0;
  chooser.folder = text(from.getFolder());
  if (!isCleanPath(chooser.folder)) chooser.folder.clear();  // A wish, not more.
  if (from.getName().size() > 0) chooser.name = nameFrom(from.getName());
  KJ_REQUIRE((chooser.purpose == Chooser::Purpose::SaveFiles) == !chooser.names.empty(),
             "names are for saving several");
  return chooser;
}

void toSchema(const Chooser& chooser, schema::Chooser::Builder builder) {
  builder.setPurpose(static_cast<schema::Chooser::Purpose>(chooser.purpose));
  builder.setTitle(chooser.title.c_str());
  auto filters = builder.initFilters(count(chooser.filters));
  for (unsigned i = 0; i < filters.size(); ++i) {
    auto& filter = chooser.filters[i];
    filters[i].setName(filter.name.c_str());
    write(filter.globs, filters[i].initGlobs(count(filter.globs)));
    write(filter.types, filters[i].initTypes(count(filter.types)));
  }
  builder.setFilter(chooser.filter);
  auto options = builder.initOptions(count(chooser.options));
  for (unsigned i = 0; i < options.size(); ++i) {
    auto& option = chooser.options[i];
    options[i].setId(option.id.c_str());
    options[i].setLabel(option.label.c_str());
    toSchema(option.entries, options[i].initEntries(count(option.entries)));
    options[i].setSelected(option.selected.c_str());
  }
  builder.setFolder(bytes(chooser.folder));
  builder.setName(bytes(chooser.name));
  auto names = builder.initNames(count(chooser.names));
  for (unsigned i = 0; i < names.size(); ++i) names.set(i, bytes(chooser.names[i]));
}

void toSchema(const Opener& opener, schema::Opener::Builder builder) {
  builder.setUri(opener.uri.c_str());
  builder.setType(opener.type.c_str());
}

std::vector<Choice> fromSchema(capnp::List<schema::Choice>::Reader list) {
  KJ_REQUIRE(list.size() <= MOST_OPTIONS, "too many options");
  std::vector<Choice> choices;
  for (auto one : list) choices.push_back({word(one.getId()), word(one.getValue())});
  return choices;
}

void toSchema(const std::vector<Choice>& choices, capnp::List<schema::Choice>::Builder list) {
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setId(choices[i].id.c_str());
    list[i].setValue(choices[i].value.c_str());
  }
}

bool isOffered(const Chooser& chooser, uint32_t filter, const std::vector<Choice>& choices) {
  if (filter != 0 && filter >= chooser.filters.size()) return false;
  return std::ranges::all_of(choices, [&](auto& choice) {
    auto option = std::ranges::find(chooser.options, choice.id, &Chooser::Option::id);
    if (option == chooser.options.end()) return false;
    if (option->entries.empty()) return choice.value == "true" || choice.value == "false";
    return std::ranges::find(option->entries, choice.value, &Choice::id) != option->entries.end();
  });
}

}  // namespace latchkey
