// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What stands in the public Flatpak manifests of well-known apps (apps/ID.finish-args), as Flatpak writes it into
// `metadata`.

#include <QDir>
#include <QFile>
#include <QMap>
#include <QStringList>

namespace latchkey::test {

struct KnownApp {
  QString id, name;
  QStringList uses;  // "KIND TARGET": what normal use needs, by our judgement.
  QByteArray metadata;
};

inline QString appsFolder() { return qEnvironmentVariable("LATCHKEY_SOURCE") + "/tests/launcher/flatpak/apps"; }

inline KnownApp knownApp(const QString& file) {
  KnownApp app{.id = QFileInfo(file).completeBaseName(), .name = {}, .uses = {}, .metadata = {}};
  static const QMap<QString, QString> LISTS = {{"--share", "shared"},
                                               {"--socket", "sockets"},
                                               {"--device", "devices"},
                                               {"--allow", "features"},
                                               {"--filesystem", "filesystems"},
                                               {"--persist", "persistent"},
                                               {"--unset-env", "unset-environment"}};
  QMap<QString, QStringList> context;
  QStringList session, system;
  QMap<QString, QString> environment;
  QFile text(file);
  if (!text.open(QIODevice::ReadOnly)) qFatal("cannot read %s", qPrintable(file));
  for (const auto& raw : QString::fromUtf8(text.readAll()).split('\n', Qt::SkipEmptyParts)) {
    auto key = raw.section('=', 0, 0), value = raw.section('=', 1);
    if (raw.startsWith('#') || key == "--require-version") continue;
    if (key == "name") app.name = value;
    else if (key == "uses") app.uses << value;
    else if (LISTS.contains(key)) context[LISTS[key]] << value;
    else if (key == "--talk-name") session << value + "=talk";
    else if (key == "--own-name") session << value + "=own";
    else if (key == "--system-talk-name") system << value + "=talk";
    else if (key == "--env") environment[value.section('=', 0, 0)] = value.section('=', 1);
    else qFatal("%s: %s", qPrintable(file), qPrintable(raw));
  }
  QString metadata =
      "[Application]\nname=" + app.id + "\nruntime=org.freedesktop.Platform/x86_64/24.08\ncommand=app\n\n[Context]\n";
  for (auto list = context.begin(); list != context.end(); ++list)
    metadata += list.key() + "=" + list.value().join(';') + ";\n";
  auto group = [&](const char* name, const QStringList& lines) {
    if (!lines.isEmpty()) metadata += QString("\n[%1]\n").arg(name) + lines.join('\n') + "\n";
  };
  group("Session Bus Policy", session);
  group("System Bus Policy", system);
  QStringList variables;
  for (auto one = environment.begin(); one != environment.end(); ++one) variables << one.key() + "=" + one.value();
  group("Environment", variables);
  app.metadata = metadata.toUtf8();
  return app;
}

inline QList<KnownApp> knownApps() {
  QList<KnownApp> apps;
  for (const auto& file : QDir(appsFolder()).entryList({"*.finish-args"}, QDir::Files, QDir::Name))
    apps << knownApp(appsFolder() + "/" + file);
  return apps;
}

}  // namespace latchkey::test
