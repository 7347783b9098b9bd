// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/desktop/app-image.h"

#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include <QTemporaryFile>
#include <QtTest>

using namespace latchkey;

class AppImageTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void theOffsetFollowsFromTheHeader();
  void hostileHeadersAreRefused_data();
  void hostileHeadersAreRefused();
  void othersAreSimplyNone_data();
  void othersAreSimplyNone();
  void theHashIsThatOfTheBytes();
  void whatIsNoFileIsNone();
};

namespace {
QByteArray image(uint64_t table, uint16_t count, uint16_t step, char type = 2, size_t before = 4096) {
  Elf64_Ehdr header{};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[8] = 'A';
  header.e_ident[9] = 'I';
  header.e_ident[10] = static_cast<unsigned char>(type);
  header.e_shoff = table;
  header.e_shnum = count;
  header.e_shentsize = step;
  QByteArray bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.resize(static_cast<qsizetype>(before), '\0');
  return bytes + "hsqs" + QByteArray(200, '\0');
}

std::variant<AppImage, NoAppImage> identify(const QByteArray& bytes) {
  QTemporaryFile file;
  if (!file.open()) qFatal("no temporary file");
  file.write(bytes);
  file.flush();
  return identifyAppImage(file.handle());
}
}  // namespace

void AppImageTest::theOffsetFollowsFromTheHeader() {
  auto result = identify(image(4096 - 3 * 64, 3, 64));
  auto found = std::get_if<AppImage>(&result);
  QVERIFY(found != nullptr);
  QCOMPARE(found->offset, 4096u);
  QCOMPARE(found->size, 4300u);
}

void AppImageTest::hostileHeadersAreRefused_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::newRow("type 1") << image(4096 - 64, 1, 64, 1);
  QTest::newRow("type 3") << image(4096 - 64, 1, 64, 3);
  QTest::newRow("no sections") << image(0, 0, 0);
  QTest::newRow("table beyond the end") << image(1 << 20, 1, 64);
  QTest::newRow("overflow") << image(~0ull - 10, 65535, 65535);
  QTest::newRow("elsewhere") << image(2048, 1, 64);
  QTest::newRow("nothing behind") << image(4096 - 64, 1, 64).left(4096);
  QTest::newRow("cut off") << image(4096 - 64, 1, 64).left(4120);
  QTest::newRow("cut off in the header") << image(4096 - 64, 1, 64).left(40);
}

void AppImageTest::hostileHeadersAreRefused() {
  QFETCH(QByteArray, bytes);
  auto result = identify(bytes);
  auto none = std::get_if<NoAppImage>(&result);
  QVERIFY(none != nullptr);
  QVERIFY(!none->reason.empty());
}

void AppImageTest::othersAreSimplyNone_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("text") << QByteArray("#!/bin/sh\necho hello\n");
  QTest::newRow("ELF without the mark") << image(4096 - 64, 1, 64).replace(8, 2, QByteArray(2, '\0'));
}

void AppImageTest::othersAreSimplyNone() {
  QFETCH(QByteArray, bytes);
  auto result = identify(bytes);
  QVERIFY(std::get_if<NoAppImage>(&result) != nullptr);
  QVERIFY(std::get<NoAppImage>(result).reason.empty());
}

void AppImageTest::theHashIsThatOfTheBytes() {
  QTemporaryFile file;
  QVERIFY(file.open());
  QByteArray bytes(1 << 20, 'x');
  file.write(bytes);
  file.flush();
  QCOMPARE(QByteArray::fromStdString(fileHash(file.handle())),
           QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
  QCOMPARE(fileHash(-1), std::string());
}

void AppImageTest::whatIsNoFileIsNone() {
  for (auto path : {"/dev/zero", "/"}) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    auto result = identifyAppImage(fd);
    QVERIFY(std::get_if<NoAppImage>(&result) != nullptr);
    close(fd);
  }
}

QTEST_GUILESS_MAIN(AppImageTest)
#include "app-image-test.moc"
