// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Destinations of the network in plain words: "imap.example.org", "mail (port 993)".
//
// A destination is a line as broker/base/destination.h writes it: "example.org:443/tcp", "*.example.org", "internet",
// "nas.local:445/tcp@local". A place to listen: "8080/tcp@localhost". A service: "postgres:5432 as db:5432/tcp"
// (broker/base/service.h). What is not understood is shown as it is.

#include "app/ui/records.h"

namespace latchkey::ui::wording {

// "imap.example.org", "203.0.113.9", "example.org and all below it", "the Internet"
QString destination(const QString& target);
// "mail (port 993)", "every port", "in your local network · file sharing (port 445)"; and that it is a name server. Of
// the presets what they leave out.
QString destinationDetail(const QString& target);
// As a noun in a sentence: "imap.example.org (mail, port 993)".
QString destinationNoun(const QString& target);

// The same of a place to listen: "port 8080", "for this computer", "for your local network".
QString listening(const QString& target);
QString listeningDetail(const QString& target);

// What a service is called: "orders", "port 5432 of postgres", "port 631 of this computer"; and where it is found, or
// by what name it is offered.
QString service(const QString& target);
QString serviceDetail(const QString& target);

QString wish(const NetworkWish& wish);
// "mail (port 993)"
QString detail(const NetworkWish& wish);
// What a hurried person should know: that it gave no name, or where the name leads.
QString remark(const NetworkWish& wish);
// What an answer of this reach gives: "imap.example.org, this port only".
QString scope(Terms::Scope scope, const NetworkWish& wish);

// "12 KB/s down", and of one that ended how.
QString progress(const Connection& connection);

}  // namespace latchkey::ui::wording
