// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Email: a message the person finishes and sends in their own mail program. Relayed. What is
// attached are files the app itself may read: they come as descriptors, and the broker says which files those are.

#include <algorithm>

#include "broker/base/files.h"
#include "portals/desktop/file-uri.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/relay.h"

namespace latchkey::desktop {
namespace {

constexpr char IMPL[] = "org.freedesktop.impl.portal.Email";
constexpr size_t LONGEST_SUBJECT = 200;
constexpr size_t LONGEST_BODY = 1024 * 1024;
constexpr size_t LONGEST_ADDRESS = 254;
constexpr size_t MOST_ADDRESSES = 256;
constexpr size_t MOST_ATTACHMENTS = 16;

// As HTML's input of type email has it: what such an address can do is name a mailbox, never a header or an option.
bool isAddress(const std::string& text) {
  auto at = text.find('@');
  if (at == 0 || at == text.npos || text.size() > LONGEST_ADDRESS || text.front() == '-') return false;
  auto isOf = [](std::string_view part, std::string_view more) {
    return std::ranges::all_of(part, [more](unsigned char c) {
      return (c < 128 && isalnum(c) != 0) || more.find(static_cast<char>(c)) != more.npos;
    });
  };
  auto host = text.substr(at + 1);
  bool framed = !host.empty() && host.front() != '.' && host.front() != '-' && host.back() != '-' && host.back() != '.';
  return framed && host.find("..") == host.npos && isOf(text.substr(0, at), ".!#$%&'*+/=?^_`{|}~-") && isOf(host, ".-");
}

void checkAddress(const Value& address) {
  if (!isAddress(address.asText())) throwBusError(error::INVALID, "not an email address");
}

void checkAddresses(const Value& addresses) {
  if (addresses.items().size() > MOST_ADDRESSES) throwBusError(error::INVALID, "too many addresses");
  for (auto& one : addresses.items()) checkAddress(one);
}

void checkSubject(const Value& subject) {
  checkLength(subject, LONGEST_SUBJECT);
  bool control = std::ranges::any_of(subject.asText(), [](unsigned char c) { return c < 32 || c == 127; });
  if (control) throwBusError(error::INVALID, "a subject is one line");
}

void checkAttachments(const Value& attachments) {
  if (attachments.items().size() > MOST_ATTACHMENTS) throwBusError(error::INVALID, "too many attachments");
}

const std::vector<OptionRule> RULES{
    {"address", "s", checkAddress},       {"addresses", "as", checkAddresses},
    {"cc", "as", checkAddresses},         {"bcc", "as", checkAddresses},
    {"subject", "s", checkSubject},       {"body", "s", upTo(LONGEST_BODY)},
    {"activation_token", "s", upTo(256)}, {"attachment_fds", "ah", checkAttachments},
};

class Email {
public:
  Email(Frontend& frontend, Backends& backends, std::string backend)
      : m_relay(frontend, backends, {backend, IMPL, "email"}) {}

  kj::Promise<Value::List> compose(Call& call) {
    auto all = call.argument(1).asDictionary();
    auto options = filtered(all, RULES);
    auto parent = parentWindow(call.argument(0));
    return m_relay.frontend().request(
        call, all, [this, parent, options](const Request& request) { return ask(request, parent, options); });
  }

private:
  kj::Promise<Response> ask(const Request& request, std::string parent, Options options) {
    auto descriptors = options["attachment_fds"];
    options.erase("attachment_fds");
    std::vector<std::string> uris;
    for (auto& one : descriptors.items()) {
      auto place = co_await m_relay.frontend().desk().locate(duplicate(one.asDescriptor()));
      if (place.path.empty()) co_return Response{Response::Other};
      uris.push_back(fileUri(place.path));
    }
    if (!uris.empty()) options["attachments"] = Value::texts(uris);
    co_return co_await m_relay.askPermitted(request, askingFor(request, parent, options), "ComposeEmail",
                                            {parent, asArgument(options)});
  }

  Relay m_relay;
};

}  // namespace

void addEmail(Frontend& frontend, Backends& backends) {
  auto backend = backends.find(IMPL);
  KJ_IF_MAYBE (name, backend) {
    auto& portal = frontend.keep(std::make_shared<Email>(frontend, backends, *name));
    frontend.add(
        {.name = "org.freedesktop.portal.Email",
         .version = 4,
         .methods = {{"ComposeEmail", "sa{sv}", "o", [&portal](Call& call) { return portal.compose(call); }}}});
  }
}

}  // namespace latchkey::desktop
