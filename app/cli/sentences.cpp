// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/cli/sentences.h"

#include "app/cli/limits.h"
#include "app/cli/names.h"
#include "broker/base/destination.h"
#include "broker/base/listening.h"
#include "broker/base/service.h"
#include "broker/base/text.h"

namespace latchkey::cli {
namespace {

std::string hostWords(const Destination& to) {
  switch (to.host) {
    case Destination::Host::Everything: return "anything";
    case Destination::Host::Internet: return "the Internet";
    case Destination::Host::LocalNetwork: return "your home network";
    case Destination::Host::Network: return "the network " + to.address.text() + "/" + std::to_string(to.prefix);
    case Destination::Host::Domain: return to.name + " and all names below it";
    case Destination::Host::Address: return to.address.text() + (to.local ? " (this computer)" : "");
    case Destination::Host::Name: return to.name + (to.local ? " in your home network" : "");
  }
  return {};
}

std::string networkWords(const std::string& target) {
  KJ_IF_MAYBE (to, destinationFrom(target)) {
    auto words = hostWords(*to);
    if (!to->isAnyPort())
      words += (to->firstPort == to->lastPort ? ", port " : ", ports ") + std::to_string(to->firstPort);
    if (to->firstPort != to->lastPort && !to->isAnyPort()) words += " to " + std::to_string(to->lastPort);
    if (to->protocol == Protocol::Udp) words += " (UDP)";
    return words;
  }
  return escaped(target);
}

std::string listenWords(const std::string& target) {
  KJ_IF_MAYBE (at, listeningFrom(target)) {
    auto port = "on port " + std::to_string(at->port);
    std::string told = at->proxy ? " and is told who comes" : "";
    switch (at->where) {
      case Listening::Where::Localhost: return port + " from this computer" + told;
      case Listening::Where::Network: return port + " from your network" + told;
      case Listening::Where::Address: return port + " of " + at->address.text() + told;
    }
  }
  return escaped(target);
}

std::string serviceWords(const std::string& target) {
  KJ_IF_MAYBE (service, serviceFrom(target)) {
    auto words = service->source;
    KJ_IF_MAYBE (listener, listenerFrom(service->source)) {
      words = "port " + std::to_string(listener->port) + " of " +
              (listener->holder.empty() ? std::string("this computer") : listener->holder);
    }
    KJ_IF_MAYBE (at, service->place())
      words += ", found at " + at->name + " and localhost, port " + std::to_string(at->firstPort);
    else if (!service->name.empty()) words += ", as " + service->name;
    return escaped(words);
  }
  return escaped(target);
}

std::string placeWords(schema::Kind kind, schema::Object::Reader object, std::string_view home) {
  if (kind == schema::Kind::NETWORK) return networkWords(text(object.getTarget()));
  if (kind == schema::Kind::LISTEN) return listenWords(text(object.getTarget()));
  if (kind == schema::Kind::SERVICE) return serviceWords(text(object.getTarget()));
  auto path = bytes(object.getPath());
  if (path.empty()) return escaped(text(object.getTarget()));
  auto shown = shownPath(path, home);
  switch (object.getScope()) {
    case schema::Scope::SIBLINGS: return shown + " and files of the same name";
    case schema::Scope::FOLDER: return "what is directly in " + shown;
    case schema::Scope::TREE: return "everything in " + shown;
    case schema::Scope::PATTERN: {
      auto slash = path.rfind('/');
      return "files like " + escaped(path.substr(slash + 1)) + " in " +
             shownPath(slash == 0 ? "/" : path.substr(0, slash), home);
    }
    default: return shown;
  }
}

// ", at most 500M a day"; empty where it has no limits.
std::string limited(schema::Limits::Reader limits) {
  auto words = limitWords(limits, " and ");
  return words.empty() ? words : ", at most " + words;
}

std::string lasting(schema::Lifetime::Reader lifetime, bool keep) {
  switch (lifetime.which()) {
    case schema::Lifetime::ONCE: return ", this time";
    case schema::Lifetime::RUN: return ", while it runs";
    case schema::Lifetime::UNTIL: return ", until " + timeText(lifetime.getUntil());
    case schema::Lifetime::ALWAYS: return keep ? ", until you take it back, used or not" : ", until you take it back";
  }
  return {};
}

std::string allowed(schema::Kind kind, schema::Object::Reader object, schema::Access access) {
  if (kind == schema::Kind::NETWORK) return "connect to ";
  if (kind == schema::Kind::LISTEN) return "be reached ";
  if (kind != schema::Kind::FILE && kind != schema::Kind::FOLDER) return "use ";
  if (object.getSee()) return "see the names of ";
  return access == schema::Access::WRITE ? "read and write " : "read ";
}

// Of a refusal: who may not read may not write either.
std::string forbidden(schema::Kind kind, schema::Access access) {
  if (kind == schema::Kind::NETWORK) return "connect to ";
  if (kind == schema::Kind::LISTEN) return "be reached ";
  if (kind != schema::Kind::FILE && kind != schema::Kind::FOLDER) return "use ";
  return access == schema::Access::WRITE ? "write " : "read or write ";
}

std::string nameOf(capnp::Text::Reader name, capnp::Text::Reader holder) {
  return brief(text(name.size() > 0 ? name : holder), 100);
}

}  // namespace

std::string sentenceOf(schema::Grant::Reader grant, std::string_view home) {
  auto object = grant.getObject();
  return nameOf(grant.getHolderName(), grant.getHolder()) + " may " +
         allowed(grant.getKind(), object, grant.getAccess()) + placeWords(grant.getKind(), object, home) +
         limited(grant.getLimits()) + lasting(grant.getLifetime(), grant.getKeep()) + ".";
}

std::string sentenceOf(schema::Refusal::Reader refusal, std::string_view home) {
  return nameOf(refusal.getHolderName(), refusal.getHolder()) + " may never " +
         forbidden(refusal.getKind(), refusal.getAccess()) + placeWords(refusal.getKind(), refusal.getObject(), home) +
         ".";
}

std::string sentenceOf(schema::Rule::Reader rule, std::string_view home) {
  auto object = rule.getObject();
  auto name = brief(text(rule.getHolder()), 100);
  if (rule.getNever()) {
    return name + " may never " + forbidden(rule.getKind(), rule.getAccess()) +
           placeWords(rule.getKind(), object, home) + ".";
  }
  return name + " may " + allowed(rule.getKind(), object, rule.getAccess()) + placeWords(rule.getKind(), object, home) +
         limited(rule.getLimits()) + lasting(rule.getLifetime(), rule.getKeep()) + ".";
}

std::string originWords(schema::Origin origin) {
  switch (origin) {
    case schema::Origin::PROMPT: return "by answering a question";
    case schema::Origin::TYPED: return "by naming it on a command line";
    case schema::Origin::DROPPED: return "by dropping it on the app, or opening it with the app";
    case schema::Origin::PICKED: return "by picking it in a chooser";
    case schema::Origin::ADDED: return "by hand";
    case schema::Origin::WORKDIR: return "by starting the program here";
  }
  return {};
}

}  // namespace latchkey::cli
