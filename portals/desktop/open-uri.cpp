// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.OpenURI: an address, a file or a folder in another app. Ours: the broker asks which app, and
// that app gets the file as a grant of its own.
//
// A file is a descriptor the app holds; as an address it would be any file the app can think of.

#include <fcntl.h>

#include <algorithm>

#include "broker/base/files.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"
#include "portals/desktop/scheme-handlers.h"

namespace latchkey::desktop {
namespace {

constexpr size_t LONGEST_URI = 8192;

const std::vector<OptionRule> RULES{{"writable", "b"}, {"ask", "b"}, {"activation_token", "s", upTo(256)}};
const std::vector<OptionRule> FOLDER{{"activation_token", "s", upTo(256)}};

void checkAddress(const std::string& uri) {
  auto scheme = uri.substr(0, uri.find(':'));
  bool plain = std::ranges::all_of(uri, [](unsigned char c) { return c > ' ' && c != 0x7f; });
  if (uri.size() > LONGEST_URI || !plain || uri.size() <= scheme.size() || !isScheme(scheme))
    throwBusError(error::INVALID, "not an address");
  auto isFile = scheme.size() == 4 && strncasecmp(scheme.c_str(), "file", 4) == 0;
  if (isFile) throwBusError(error::INVALID, "a file is opened by its descriptor: OpenFile");
}

kj::Promise<Response> answered(kj::Promise<bool> opening) {
  bool opened = co_await opening;
  co_return Response{opened ? Response::Success : Response::Cancelled};
}

class OpenUri {
public:
  OpenUri(Frontend& frontend, Backends& backends) : m_frontend(frontend), m_backends(backends) {}

  kj::Promise<Value::List> address(Call& call) {
    auto uri = call.argument(1).asText();
    checkAddress(uri);
    return start(call, RULES, [this, uri](Asking asking, const Options& options) {
      return m_frontend.desk().openAddressFor(std::move(asking), uri, flagOf(options, "ask"));
    });
  }

  kj::Promise<Value::List> file(Call& call) {
    auto held = call.argument(1);
    return start(call, RULES, [this, held](Asking asking, const Options& options) {
      return m_frontend.desk().openFileFor(std::move(asking), duplicate(held.asDescriptor()),
                                           flagOf(options, "writable"), flagOf(options, "ask"));
    });
  }

  kj::Promise<Value::List> folder(Call& call) {
    auto held = call.argument(1);
    return start(call, FOLDER,
                 [this, held](Asking asking, const Options&) { return openFolderOf(std::move(asking), held); });
  }

private:
  using Open = std::function<kj::Promise<bool>(Asking, const Options&)>;

  kj::Promise<Value::List> start(Call& call, const std::vector<OptionRule>& rules, Open open) {
    auto all = call.argument(2).asDictionary();
    auto options = filtered(all, rules);
    auto parent = parentWindow(call.argument(0));
    if (co_await isLockedDown(m_backends, "disable-application-handlers"))
      throwBusError(error::NOT_ALLOWED, "this desktop opens nothing for apps");
    auto work = [open, parent, options](const Request& request) {
      return answered(open(askingFor(request, parent, options), options));
    };
    co_return m_frontend.request(call, all, work, Frontend::For::Person);
  }

  // The folder itself, or the one a file is in. The app must have the file; whether it may have the folder opened,
  // which others then see, the broker says.
  kj::Promise<bool> openFolderOf(Asking asking, Value held) {
    auto place = co_await m_frontend.desk().locate(duplicate(held.asDescriptor()));
    if (place.path.empty()) co_return false;
    constexpr int how = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    kj::AutoCloseFd folder(::open(place.path.c_str(), how));
    if (folder.get() < 0)
      folder = kj::AutoCloseFd(::open(place.path.substr(0, place.path.rfind('/') + 1).c_str(), how));
    if (folder.get() < 0) co_return false;
    co_return co_await m_frontend.desk().openFileFor(std::move(asking), kj::mv(folder), false, false);
  }

  Frontend& m_frontend;
  Backends& m_backends;
};

kj::Promise<Value::List> isSupported(Call& call) {
  auto& scheme = call.argument(0).asText();
  if (!isScheme(scheme)) throwBusError(error::INVALID, "not a scheme");
  return Value::List{Value(hasHandler(scheme, dataFolders()))};
}

}  // namespace

void addOpenUri(Frontend& frontend, Backends& backends) {
  auto& portal = frontend.keep(std::make_shared<OpenUri>(frontend, backends));
  frontend.add({.name = "org.freedesktop.portal.OpenURI",
                .version = 5,
                .methods = {{"OpenURI", "ssa{sv}", "o", [&portal](Call& call) { return portal.address(call); }},
                            {"OpenFile", "sha{sv}", "o", [&portal](Call& call) { return portal.file(call); }},
                            {"OpenDirectory", "sha{sv}", "o", [&portal](Call& call) { return portal.folder(call); }},
                            {"SchemeSupported", "sa{sv}", "b", isSupported}}});
}

}  // namespace latchkey::desktop
