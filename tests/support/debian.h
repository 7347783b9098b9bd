// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// Debian packages' files made by tests, also such as no builder makes.

#include <string.h>

#include <QByteArray>
#include <QList>

#include <utility>

namespace latchkey::test {

struct TarPart {
  QByteArray name;
  QByteArray content = {};
  int mode = 0644;
  char type = '0';
  QByteArray target = {};
};

inline QByteArray tarHead(const TarPart& part) {
  QByteArray head(512, '\0');
  auto put = [&](qsizetype at, const QByteArray& text) { head.replace(at, text.size(), text); };
  put(0, part.name.left(100));
  put(100, QByteArray::number(part.mode, 8).rightJustified(7, '0'));
  put(108, "0000000");
  put(116, "0000000");
  put(124, QByteArray::number(part.content.size(), 8).rightJustified(11, '0'));
  put(136, "00000000000");
  head[156] = part.type;
  put(157, part.target.left(100));
  put(257, QByteArray("ustar\0"
                      "00",
                      8));
  put(148, "        ");
  unsigned sum = 0;
  for (unsigned char c : head) sum += c;
  put(148, QByteArray::number(sum, 8).rightJustified(6, '0') + QByteArray("\0 ", 2));
  return head;
}

inline QByteArray tarOf(const QList<TarPart>& parts) {
  QByteArray tar;
  for (const auto& part : parts)
    tar += tarHead(part) + part.content + QByteArray((512 - part.content.size() % 512) % 512, '\0');
  return tar + QByteArray(1024, '\0');
}

inline QByteArray arOf(const QList<std::pair<QByteArray, QByteArray>>& members) {
  QByteArray ar = "!<arch>\n";
  for (const auto& [name, content] : members) {
    ar += name.leftJustified(16) + QByteArray("0").leftJustified(12) + QByteArray("0").leftJustified(6) +
          QByteArray("0").leftJustified(6) + QByteArray("100644").leftJustified(8) +
          QByteArray::number(content.size()).leftJustified(10) + "`\n" + content +
          (content.size() % 2 == 0 ? "" : "\n");
  }
  return ar;
}

inline QByteArray controlTar(const QByteArray& control) {
  return tarOf({{"./", {}, 0755, '5'}, {"./postinst", "#!/bin/sh\ntouch /tmp/it-ran\n", 0755}, {"./control", control}});
}

inline QByteArray debianOf(const QList<TarPart>& parts, const QByteArray& name = "viewer",
                           const QByteArray& version = "1:2.1-3") {
  auto control =
      "Package: " + name + "\nVersion: " + version + "\nArchitecture: all\nDescription: Looks at things\n More.\n";
  return arOf({{"debian-binary", "2.0\n"}, {"control.tar", controlTar(control)}, {"data.tar", tarOf(parts)}});
}

// A program with its entry, as packages have them.
inline QList<TarPart> viewerParts(const QByteArray& script = "#!/bin/sh\necho ran\n") {
  return {{"./usr/", {}, 0755, '5'},
          {"./usr/bin/viewer", script, 0755},
          {"./usr/share/applications/viewer.desktop",
           "[Desktop Entry]\nType=Application\nName=Viewer\nComment=Looks\nIcon=viewer\nExec=viewer %F\n"},
          {"./usr/share/icons/hicolor/scalable/apps/viewer.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"},
          {"./usr/share/doc/viewer/changelog", "long"},
          {"./usr/share/doc/viewer/copyright", "GPL"}};
}

}  // namespace latchkey::test
