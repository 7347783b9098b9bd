// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.FileChooser: the person picks, and picking is the grant. Ours; the desktop's own chooser where
// the person says so, and what is picked there is granted just the same.
//
// The path the app is told is the file's own. What it suggests (a folder, a name) is where the person starts to look
// and nothing else.

#include <algorithm>

#include "broker/base/text.h"
#include "portals/desktop/file-uri.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.FileChooser";
constexpr char IMPL[] = "org.freedesktop.impl.portal.FileChooser";
constexpr char FILTER[] = "(sa(us))";
constexpr size_t LONGEST_TEXT = 4096;
constexpr size_t LONGEST_PATH = 4096;

[[noreturn]] void refuse(const std::string& what) { throwBusError(error::INVALID, what); }

// D-Bus passes paths as bytes ended by NUL.
std::string pathBytes(const Value& value) {
  auto bytes = value.asBytes();
  if (!bytes.empty() && bytes.back() == '\0') bytes.pop_back();
  if (bytes.size() > LONGEST_PATH || bytes.find('\0') != bytes.npos) refuse("not a path");
  return bytes;
}

void checkFilter(const Value& filter) {
  if (filter.items()[0].asText().empty()) refuse("a filter without a name");
  for (auto& rule : filter.items()[1].items()) {
    auto kind = rule.items()[0].asNumber();
    if (kind > 1) refuse("invalid filter type");
    if (kind == 0 && rule.items()[1].asText().empty()) refuse("an empty pattern");
    if (kind == 1 && rule.items()[1].asText().find('/') == std::string::npos) refuse("not a MIME type");
  }
}

void checkFilters(const Value& filters) {
  for (auto& filter : filters.items()) checkFilter(filter);
}

void checkChoices(const Value& choices) {
  for (auto& choice : choices.items()) {
    auto& parts = choice.items();
    if (parts[0].asText().empty()) refuse("a choice without an id");
    if (parts[1].asText().empty()) refuse("a choice without a label");
    auto& selected = parts[3].asText();
    auto& entries = parts[2].items();
    if (entries.empty()) {
      if (!selected.empty() && selected != "true" && selected != "false") refuse("a check box is true or false");
      continue;
    }
    bool known = selected.empty();
    for (auto& entry : entries) {
      if (entry.items()[0].asText().empty()) refuse("an option without an id");
      if (entry.items()[1].asText().empty()) refuse("an option without a label");
      known = known || entry.items()[0].asText() == selected;
    }
    if (!known) refuse("a choice selects what it does not offer");
  }
}

void checkText(const Value& text) {
  if (text.asText().size() > LONGEST_TEXT) refuse("a text that is too long");
}

void checkNames(const Value& names) {
  for (auto& one : names.items()) {
    auto name = pathBytes(one);
    if (name.empty() || name.find('/') != name.npos || name == "." || name == "..") refuse("not a file name");
  }
}

const std::vector<OptionRule> COMMON{
    {"accept_label", "s", checkText},
    {"modal", "b"},
    {"choices", "a(ssa(ss)s)", checkChoices},
    {"current_folder", "ay", [](const Value& folder) { pathBytes(folder); }},
};

std::vector<OptionRule> with(std::vector<OptionRule> more) {
  more.insert(more.begin(), COMMON.begin(), COMMON.end());
  return more;
}

const std::vector<OptionRule> OPEN = with({
    {"multiple", "b"},
    {"directory", "b"},
    {"filters", "a(sa(us))", checkFilters},
    {"current_filter", FILTER, checkFilter},
});
const std::vector<OptionRule> SAVE = with({
    {"filters", "a(sa(us))", checkFilters},
    {"current_filter", FILTER, checkFilter},
    {"current_name", "s", checkText},
    {"current_file", "ay", [](const Value& file) { pathBytes(file); }},
});
const std::vector<OptionRule> SAVE_SEVERAL = with({{"files", "aay", checkNames}});

void checkCurrentFilter(const Options& options) {
  auto current = options.find("current_filter");
  auto all = options.find("filters");
  if (current == options.end() || all == options.end() || all->second.items().empty()) return;
  if (std::ranges::find(all->second.items(), current->second) == all->second.items().end())
    refuse("current_filter is none of the filters");
}

Filter asFilter(const Value& value) {
  Filter filter{.name = value.items()[0].asText()};
  for (auto& rule : value.items()[1].items())
    (rule.items()[0].asNumber() == 0 ? filter.globs : filter.types).push_back(rule.items()[1].asText());
  return filter;
}

ChooserOption asOption(const Value& value) {
  ChooserOption option{
      .id = value.items()[0].asText(), .label = value.items()[1].asText(), .selected = value.items()[3].asText()};
  for (auto& entry : value.items()[2].items())
    option.entries.push_back({entry.items()[0].asText(), entry.items()[1].asText()});
  return option;
}

Chooser::Purpose purposeOf(const std::string& method, const Options& options) {
  using enum Chooser::Purpose;
  if (method == "SaveFile") return SaveFile;
  if (method == "SaveFiles") return SaveFiles;
  bool several = flagOf(options, "multiple");
  if (flagOf(options, "directory")) return several ? OpenFolders : OpenFolder;
  return several ? OpenFiles : OpenFile;
}

Chooser asChooser(const std::string& method, const std::string& title, const Options& options) {
  Chooser chooser{.purpose = purposeOf(method, options), .title = title};
  if (auto filters = options.find("filters"); filters != options.end()) {
    for (auto& filter : filters->second.items()) chooser.filters.push_back(asFilter(filter));
    auto current = options.find("current_filter");
    auto& all = filters->second.items();
    if (current != options.end())
      chooser.filter = static_cast<size_t>(std::ranges::find(all, current->second) - all.begin());
  } else if (auto current = options.find("current_filter"); current != options.end()) {
    chooser.filters.push_back(asFilter(current->second));
  }
  if (auto choices = options.find("choices"); choices != options.end()) {
    for (auto& choice : choices->second.items()) chooser.options.push_back(asOption(choice));
  }
  if (auto folder = options.find("current_folder"); folder != options.end()) chooser.folder = pathBytes(folder->second);
  chooser.name = textOf(options, "current_name");
  if (auto file = options.find("current_file"); file != options.end()) {
    auto path = pathBytes(file->second);
    auto slash = path.rfind('/');
    if (slash != path.npos && slash > 0) {
      chooser.folder = path.substr(0, slash);
      chooser.name = path.substr(slash + 1);
    }
  }
  if (auto files = options.find("files"); files != options.end()) {
    for (auto& file : files->second.items()) chooser.names.push_back(pathBytes(file));
  }
  // "a/../../b" as a suggestion becomes its last part: the person sees a name.
  chooser.name = chooser.name.substr(chooser.name.rfind('/') + 1);
  return chooser;
}

Options asResults(const Picked& picked, const Options& options) {
  Options results;
  std::vector<std::string> uris;
  for (auto& path : picked.paths) uris.push_back(fileUri(path));
  results["uris"] = Value::texts(uris);
  results["writable"] = Value(picked.writable);
  if (options.contains("choices")) {
    Value::List chosen;
    for (auto& choice : picked.choices) chosen.push_back(Value::tuple({choice.id, choice.value}));
    results["choices"] = Value::array("(ss)", std::move(chosen));
  }
  if (auto filters = options.find("filters"); filters != options.end()) {
    auto& all = filters->second.items();
    if (picked.filter < all.size()) results["current_filter"] = all[picked.filter];
  }
  return results;
}

class FileChooser {
public:
  FileChooser(Frontend& frontend, Backends& backends) : m_frontend(frontend), m_backends(backends) {}

  kj::Promise<Value::List> choose(Call& call, const std::vector<OptionRule>& rules) {
    auto method = call.message().member;
    auto all = call.argument(2).asDictionary();
    auto options = filtered(all, rules);
    checkText(call.argument(1));
    checkCurrentFilter(options);
    if (method == "SaveFiles" && !options.contains("files")) refuse("files are missing");
    if (method != "OpenFile" && co_await isLockedDown(m_backends, "disable-save-to-disk"))
      throwBusError(error::NOT_ALLOWED, "this desktop allows no saving");
    auto parent = parentWindow(call.argument(0));
    auto title = call.argument(1).asText();
    // GTK 3 and 4 walk through "uris" whatever the answer is, and through whatever is in memory there where it has
    // none.
    co_return m_frontend.request(call, all,
                                 [this, method, parent, title, options](const Request& request) {
                                   return pick(request, method, parent, title, options);
                                 },
                                 Frontend::For::Caller, {{"uris", Value::texts({})}});
  }

private:
  kj::Promise<Response> pick(const Request& request, std::string method, std::string parent, std::string title,
                             Options options) {
    auto instead = m_backends.instead(IMPL);
    KJ_IF_MAYBE (backend, instead) {
      auto response = co_await m_backends.ask(request, m_frontend.app(), *backend, IMPL, method,
                                              {parent, title, asArgument(options)});
      co_return co_await granted(kj::mv(response), method != "OpenFile");
    }
    auto picked = co_await m_frontend.desk().choose(asChooser(method, title, options));
    KJ_IF_MAYBE (files, picked) co_return Response{Response::Success, asResults(*files, options)};
    co_return Response{Response::Cancelled};
  }

  // What the desktop's own chooser gave, once it is granted.
  kj::Promise<Response> granted(Response response, bool save) {
    if (response.code != Response::Success) co_return response;
    Options results;
    for (auto key : {"uris", "choices", "current_filter", "writable"}) {
      auto found = response.results.find(key);
      if (found != response.results.end()) results.insert(*found);
    }
    std::vector<std::string> paths;
    for (auto& uri : results["uris"].asTexts()) {
      auto path = pathOfUri(uri);
      KJ_IF_MAYBE (held, path) paths.push_back(kj::mv(*held));
      else co_return Response{Response::Other};
    }
    bool write = save || flagOf(results, "writable");
    if (!co_await m_frontend.desk().grantPicked(std::move(paths), write)) co_return Response{Response::Other};
    co_return Response{Response::Success, std::move(results)};
  }

  Frontend& m_frontend;
  Backends& m_backends;
};

}  // namespace

void addFileChooser(Frontend& frontend, Backends& backends) {
  auto& portal = frontend.keep(std::make_shared<FileChooser>(frontend, backends));
  auto method = [&portal](const char* name, const std::vector<OptionRule>& rules) {
    return Method{name, "ssa{sv}", "o", [&portal, &rules](Call& call) { return portal.choose(call, rules); }};
  };
  frontend.add({.name = INTERFACE,
                .version = 4,
                .methods = {method("OpenFile", OPEN), method("SaveFile", SAVE), method("SaveFiles", SAVE_SEVERAL)}});
}

}  // namespace latchkey::desktop
