// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/reader/reader-client.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <QBuffer>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "launcher/desktop/icon-theme.h"

using namespace latchkey;

class ReaderTest : public QObject {
  Q_OBJECT

private Q_SLOTS:
  void picturesBecomeBoundedPixels_data();
  void picturesBecomeBoundedPixels();
  void clippingPathsAreNotPainted();
  void brokenFilesAreNoIcon_data();
  void brokenFilesAreNoIcon();
  void hostileSvgReachesNothing_data();
  void hostileSvgReachesNothing();
  void aBatchSurvivesAnIconThatKillsTheReader();
  void aReaderThatLiesIsNotBelieved_data();
  void aReaderThatLiesIsNotBelieved();
  void textShowsItsFirstLines();
  void archivesShowTheirNames_data();
  void archivesShowTheirNames();
  void archiveBombsShowNothing();
  void realIconsOfThisSystemAreRead();

private:
  std::string program() const { return (qEnvironmentVariable("LATCHKEY_BIN") + "/latchkey-reader").toStdString(); }
};

namespace {
class MemoryFile {
public:
  explicit MemoryFile(const QByteArray& bytes) : fd(memfd_create("test", MFD_CLOEXEC)) {
    if (write(fd, bytes.constData(), static_cast<size_t>(bytes.size())) != bytes.size()) qFatal("memfd");
  }
  ~MemoryFile() { close(fd); }
  Q_DISABLE_COPY_MOVE(MemoryFile)
  int fd;
};

QByteArray png(int width, int height, QColor color) {
  QImage image(width, height, QImage::Format_RGBA8888);
  image.fill(color);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray svg(const QByteArray& inside, const QByteArray& before = {}) {
  return "<?xml version=\"1.0\"?>" + before +
         "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"64\" "
         "height=\"64\">" +
         inside + "</svg>";
}

// A PNG that says it is `width` x `height` and holds next to nothing.
QByteArray hugePng(quint32 width, quint32 height) {
  auto bytes = png(1, 1, Qt::red);
  auto put = [&](qsizetype at, quint32 value) {
    for (int i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
  };
  put(16, width);
  put(20, height);
  quint32 crc = 0xffffffff;
  for (char c : bytes.mid(12, 17)) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  put(29, ~crc);
  return bytes;
}

QByteArray red(const Pixels& pixels) {
  return pixels.rgba.size() < 4
             ? QByteArray()
             : QByteArray(pixels.rgba.data() + (pixels.height / 2 * pixels.width + pixels.width / 2) * 4, 4);
}
const QByteArray RED("\xff\0\0\xff", 4);
}  // namespace

void ReaderTest::picturesBecomeBoundedPixels_data() {
  QTest::addColumn<QByteArray>("bytes");
  QTest::addColumn<QSize>("size");
  QTest::newRow("small PNG stays") << png(16, 16, Qt::red) << QSize(16, 16);
  QTest::newRow("large PNG shrinks") << png(1000, 500, Qt::red) << QSize(64, 32);
  QTest::newRow("thin PNG keeps a pixel") << png(2000, 1, Qt::red) << QSize(64, 1);
  QTest::newRow("SVG grows") << svg("<rect width='64' height='64' fill='red'/>").replace("\"64\"", "\"16\"")
                             << QSize(64, 64);
  QTest::newRow("huge SVG shrinks")
      << svg("<rect width='900000' height='900000' fill='red'/>").replace("\"64\"", "\"900000\"") << QSize(64, 64);
  QTest::newRow("XPM") << QByteArray(
                              "/* XPM */\nstatic char *x[] = {\n\"2 2 1 1\",\n\"a c #ff0000\",\n\"aa\",\n\"aa\"\n};\n")
                       << QSize(2, 2);
}

void ReaderTest::picturesBecomeBoundedPixels() {
  QFETCH(QByteArray, bytes);
  QFETCH(QSize, size);
  ReaderClient reader(program());
  MemoryFile file(bytes);
  auto pixels = reader.icon(file.fd, 64);
  QVERIFY(pixels);
  QCOMPARE(QSize(static_cast<int>(pixels->width), static_cast<int>(pixels->height)), size);
  QCOMPARE(pixels->rgba.size(), size_t{4} * pixels->width * pixels->height);
  QCOMPARE(red(*pixels), RED);
}

void ReaderTest::clippingPathsAreNotPainted() {
  ReaderClient reader(program());
  MemoryFile file(
      svg("<clipPath id='a'><rect width='64' height='64'/></clipPath><clipPath id='b'/>"
          "<circle cx='32' cy='32' r='20' fill='red'/>"));
  auto pixels = reader.icon(file.fd, 64);
  QVERIFY(pixels);
  QCOMPARE(red(*pixels), RED);
  QCOMPARE(QByteArray(pixels->rgba.data(), 4), QByteArray(4, '\0'));
}

void ReaderTest::brokenFilesAreNoIcon_data() {
  QTest::addColumn<QByteArray>("bytes");
  auto good = png(64, 64, Qt::red);
  QTest::newRow("empty") << QByteArray();
  QTest::newRow("noise") << QByteArray(5000, '\x5a');
  QTest::newRow("header only") << good.left(33);
  QTest::newRow("wrong sum") << QByteArray(good).replace(29, 1, "x");
  QTest::newRow("huge dimensions") << hugePng(2000000000, 2000000000);
  QTest::newRow("many pixels") << hugePng(16000, 16000);
  QTest::newRow("negative dimensions") << hugePng(0xffffffff, 1);
  QTest::newRow("text") << QByteArray("hello");
  QTest::newRow("open SVG") << QByteArray("<svg xmlns=\"http://www.w3.org/2000/svg\"><g>").repeated(3);
  QTest::newRow("too large a file") << png(8, 8, Qt::red) + QByteArray(5 << 20, '\0');
  QTest::newRow("another kind of picture") << QByteArray("P6 2 2 255\n") + QByteArray(12, 'x');
}

void ReaderTest::brokenFilesAreNoIcon() {
  QFETCH(QByteArray, bytes);
  ReaderClient reader(program());
  MemoryFile broken(bytes), good(png(8, 8, Qt::red));
  auto icons = reader.icons({broken.fd, -1, good.fd}, 64);
  QCOMPARE(icons.size(), 3u);
  QVERIFY(!icons[0] && !icons[1]);
  QVERIFY(icons[2]);
}

void ReaderTest::hostileSvgReachesNothing_data() {
  QTest::addColumn<QByteArray>("bytes");
  QByteArray lol = "<!DOCTYPE svg [<!ENTITY a0 \"ha\">";
  for (int i = 1; i < 20; ++i) {
    auto n = QByteArray::number(i), before = QByteArray::number(i - 1);
    lol += "<!ENTITY a" + n + " \"" + ("&a" + before + ";").repeated(20) + "\">";
  }
  QTest::newRow("billion laughs") << svg("<text>&a19;</text>", lol + "]>");
  QTest::newRow("external entity") << svg("<text y='50'>&x;</text>",
                                          "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>");
  QTest::newRow("image of a file") << svg(
      "<image width='64' height='64' xlink:href='file:///usr/share/icons/hicolor/48x48/apps/chromium.png'/>");
  QTest::newRow("image of a device") << svg("<image width='64' height='64' xlink:href='/dev/zero'/>");
  QTest::newRow("image of the net") << svg("<image width='64' height='64' xlink:href='http://example.org/x.png'/>");
  QTest::newRow("uses itself") << svg("<g id='a'><use xlink:href='#a'/></g><use xlink:href='#a'/>");
  QTest::newRow("script") << svg("<script>while(true);</script>");
  QByteArray uses = "<g id='u0'><rect width='1' height='1'/></g>";
  for (int i = 1; i < 12; ++i) {
    uses += "<g id='u" + QByteArray::number(i) + "'>" +
            ("<use xlink:href='#u" + QByteArray::number(i - 1) + "'/>").repeated(10) + "</g>";
  }
  QTest::newRow("billion uses") << svg(uses);
  QTest::newRow("nested deep") << svg(QByteArray("<g>").repeated(100000) + QByteArray("</g>").repeated(100000));
}

void ReaderTest::hostileSvgReachesNothing() {
  QFETCH(QByteArray, bytes);
  ReaderClient reader(program());
  MemoryFile hostile(bytes), good(png(8, 8, Qt::red));
  auto pixels = reader.icon(hostile.fd, 64);
  // Nothing, or a picture that shows nothing of what it pointed to.
  if (pixels && !QByteArray(QTest::currentDataTag()).startsWith("billion")) {
    for (size_t at = 3; at < pixels->rgba.size(); at += 4) QCOMPARE(pixels->rgba[at], '\0');
  }
  QVERIFY(reader.icon(good.fd, 64));  // And the next one is read, by this reader or a fresh one.
}

void ReaderTest::aBatchSurvivesAnIconThatKillsTheReader() {
  // A directory is nothing a decoder ever sees; a file it may not read ends in nothing too.
  ReaderClient reader(program());
  int directory = open("/", O_RDONLY | O_CLOEXEC), device = open("/dev/zero", O_RDONLY | O_CLOEXEC),
      writeOnly = open("/dev/null", O_WRONLY | O_CLOEXEC);
  MemoryFile good(png(8, 8, Qt::red)), crash(svg(QByteArray("<g>").repeated(500000)));
  auto icons = reader.icons({directory, good.fd, device, writeOnly, crash.fd, good.fd}, 32);
  QVERIFY(!icons[0] && icons[1] && !icons[2] && !icons[3] && icons[5]);
  for (int fd : {directory, device, writeOnly}) close(fd);
}

void ReaderTest::aReaderThatLiesIsNotBelieved_data() {
  QTest::addColumn<QByteArray>("answer");
  auto reply = [](reader::Kind kind, quint32 width, quint32 height, quint64 length) {
    reader::Reply words{kind, width, height, 0, length};
    return QByteArray(reinterpret_cast<const char*>(&words), sizeof words);
  };
  QTest::newRow("larger than asked") << reply(reader::Kind::Pixels, 65, 64, 65 * 64 * 4);
  QTest::newRow("lengths that do not fit") << reply(reader::Kind::Pixels, 64, 64, 64);
  QTest::newRow("overflow") << reply(reader::Kind::Pixels, 0x80000000, 2, 0);
  QTest::newRow("endless text") << reply(reader::Kind::Text, 0, 0, ~0ull);
  QTest::newRow("unknown kind") << reply(static_cast<reader::Kind>(77), 0, 0, 0);
  QTest::newRow("too little") << reply(reader::Kind::Pixels, 64, 64, 64 * 64 * 4);
  QTest::newRow("half a word") << QByteArray(7, 'x');
  QTest::newRow("nothing") << QByteArray();
}

void ReaderTest::aReaderThatLiesIsNotBelieved() {
  QFETCH(QByteArray, answer);
  QTemporaryDir directory;
  auto path = directory.path() + "/liar";
  QFile script(path);
  QVERIFY(script.open(QIODevice::WriteOnly));
  script.write("#!/bin/sh\nprintf '");
  for (char c : answer) script.write("\\" + QByteArray::number(static_cast<uint8_t>(c), 8).rightJustified(3, '0'));
  script.write("' >&3\n");
  script.close();
  script.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
  ReaderClient reader(path.toStdString());
  MemoryFile file(png(8, 8, Qt::red));
  QVERIFY(!reader.icon(file.fd, 64));
  QCOMPARE(reader.preview(file.fd, 64).kind, FilePreview::Kind::Nothing);
}

void ReaderTest::textShowsItsFirstLines() {
  ReaderClient reader(program());
  MemoryFile text("Dear reader,\r\n\x1b[2Jcleared \xe2\x80\xaegpj\n" + QByteArray("line\n").repeated(5000));
  auto preview = reader.preview(text.fd, 64);
  QCOMPARE(preview.kind, FilePreview::Kind::Text);
  QCOMPARE(preview.lines.at(0), std::string("Dear reader,"));
  QCOMPARE(preview.lines.at(1), std::string("\\x1b[2Jcleared \\u{202e}gpj"));
  QVERIFY(preview.lines.size() <= 200);
  MemoryFile binary(QByteArray("\x7f"
                               "ELF\0\1\2\3",
                               8)
                        .repeated(100)),
      latin(
          "Gr\xfc\xdf"
          "e\n");
  QCOMPARE(reader.preview(binary.fd, 64).kind, FilePreview::Kind::Nothing);
  QCOMPARE(reader.preview(latin.fd, 64).kind, FilePreview::Kind::Nothing);
  MemoryFile picture(png(100, 50, Qt::red));
  auto image = reader.preview(picture.fd, 20);
  QCOMPARE(image.kind, FilePreview::Kind::Image);
  QCOMPARE(image.image.width, 20u);
}

void ReaderTest::archivesShowTheirNames_data() {
  QTest::addColumn<QStringList>("command");
  QTest::newRow("tar") << QStringList{"tar", "-cf", "out", "in"};
  QTest::newRow("tar.gz") << QStringList{"tar", "-czf", "out", "in"};
  QTest::newRow("tar.xz") << QStringList{"tar", "-cJf", "out", "in"};
  QTest::newRow("tar.zst") << QStringList{"tar", "--zstd", "-cf", "out", "in"};
  QTest::newRow("zip") << QStringList{"python3", "-m", "zipfile", "-c", "out", "in"};
}

void ReaderTest::archivesShowTheirNames() {
  QFETCH(QStringList, command);
  QTemporaryDir directory;
  QDir(directory.path()).mkpath("in/below");
  for (auto name : {"in/a.txt", "in/below/b.txt"}) {
    QFile file(directory.path() + "/" + name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("text");
  }
  QProcess process;
  process.setWorkingDirectory(directory.path());
  process.start(command.first(), command.mid(1));
  QVERIFY(process.waitForFinished());
  QCOMPARE(process.exitCode(), 0);
  int fd = open((directory.path() + "/out").toUtf8().constData(), O_RDONLY | O_CLOEXEC);
  ReaderClient reader(program());
  auto preview = reader.preview(fd, 64);
  close(fd);
  QCOMPARE(preview.kind, FilePreview::Kind::Listing);
  QVERIFY((preview.lines == std::vector<std::string>{"in/a.txt", "in/below/b.txt"}));
}

void ReaderTest::archiveBombsShowNothing() {
  QTemporaryDir directory;
  QProcess process;
  process.setWorkingDirectory(directory.path());
  // 20 GB of zeros in one member.
  process.start("sh",
                {"-c", "truncate -s 20G zeros && tar -cf - zeros 2>/dev/null | head -c 3G | zstd -q > out; rm zeros"});
  QVERIFY(process.waitForFinished(120000));
  int fd = open((directory.path() + "/out").toUtf8().constData(), O_RDONLY | O_CLOEXEC);
  QVERIFY(fd >= 0);
  ReaderClient reader(program());
  auto preview = reader.preview(fd, 64);
  close(fd);
  QVERIFY(preview.kind == FilePreview::Kind::Nothing ||
          (preview.kind == FilePreview::Kind::Listing && preview.lines.size() == 1));
  MemoryFile good(png(8, 8, Qt::red));
  QVERIFY(reader.icon(good.fd, 64));
}

void ReaderTest::realIconsOfThisSystemAreRead() {
  IconTheme theme(DesktopPlaces::fromEnvironment(), "breeze");
  ReaderClient reader(program());
  std::vector<int> files;
  for (auto name : {"chromium", "featherpad", "org.gnome.TextEditor", "foot", "org.xfce.mousepad", "mini.xterm"})
    files.push_back(theme.open(name, 64));
  auto icons = reader.icons(files, 64);
  for (size_t i = 0; i < icons.size(); ++i) {
    if (files[i] >= 0) QVERIFY2(icons[i] && icons[i]->width > 0, std::to_string(i).c_str());
    close(files[i]);
  }
}

QTEST_GUILESS_MAIN(ReaderTest)
#include "reader-test.moc"
