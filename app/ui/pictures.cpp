// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "app/ui/pictures.h"

#include <QFile>
#include <QPainter>
#include <QPointer>
#include <QQmlEngine>
#include <QSvgRenderer>
#include <QUrl>

namespace latchkey::ui {
namespace {

constexpr int LARGEST = 1024;

int bounded(const QSize& requested, int otherwise) {
  int wanted = qMax(requested.width(), requested.height());
  return qBound(1, wanted > 0 ? wanted : otherwise, LARGEST);
}

// The reader answers in its own time and any thread; the view may have lost interest by then.
class Response final : public QQuickImageResponse {
public:
  QQuickTextureFactory* textureFactory() const override {
    return QQuickTextureFactory::textureFactoryForImage(m_image);
  }
  QString errorString() const override { return m_error; }
  void show(const QImage& image) {
    m_image = image;
    if (image.isNull()) m_error = QStringLiteral("none");
    Q_EMIT finished();
  }

private:
  QImage m_image;
  QString m_error;
};

// "DEVICE/INODE/PATH", see Question::preview.
Object thingOf(const QString& id) {
  Object thing;
  thing.device = id.section(u'/', 0, 0).toULongLong();
  thing.inode = id.section(u'/', 1, 1).toULongLong();
  thing.path = QByteArray::fromPercentEncoding(id.section(u'/', 2).toLatin1());
  return thing;
}

}  // namespace

QImage Symbols::requestImage(const QString& id, QSize* size, const QSize& requested) {
  auto name = id.section(u'?', 0, 0);
  QFile file(QStringLiteral(":/dev/latchkey/symbols/") + name + QStringLiteral(".svg"));
  if (!file.open(QFile::ReadOnly)) return {};
  auto source = file.readAll();
  source.replace("currentColor", id.section(u'?', 1).toLatin1());
  int pixels = bounded(requested, 16);
  QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  QPainter painter(&image);
  QSvgRenderer(source).render(&painter);
  if (size) *size = image.size();
  return image;
}

QImage initials(const QString& name, int pixels) {
  QImage image(pixels, pixels, QImage::Format_ARGB32_Premultiplied);
  image.fill(Qt::transparent);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  uint sum = 0;
  for (auto letter : name) sum = sum * 31 + letter.unicode();
  painter.setBrush(QColor::fromHsl(int(sum % 360), 70, 94));
  painter.setPen(Qt::NoPen);
  double inset = pixels / 16.0;
  painter.drawRoundedRect(QRectF(inset, inset, pixels - 2 * inset, pixels - 2 * inset), pixels / 5.0, pixels / 5.0);
  QFont font = painter.font();
  font.setPixelSize(qMax(6, pixels / 2));
  font.setWeight(QFont::DemiBold);
  painter.setFont(font);
  painter.setPen(QColor(255, 255, 255, 240));
  QString letter;
  for (auto part : name) {
    if (part.isLetterOrNumber()) {
      letter = part.toUpper();
      break;
    }
  }
  painter.drawText(image.rect(), Qt::AlignCenter, letter.isEmpty() ? QStringLiteral("?") : letter);
  return image;
}

QQuickImageResponse* AppPictures::requestImageResponse(const QString& id, const QSize& requested) {
  auto* response = new Response;
  QPointer<Response> waiting(response);
  int pixels = bounded(requested, 48);
  auto name = QUrl::fromPercentEncoding(id.toLatin1());
  auto done = [this, waiting, name, pixels](const QImage& image) {
    auto shown =
        image.isNull() && m_what == What::Icon ? initials(name.section(u'/', -1).section(u'.', -1), pixels) : image;
    // Always by queue: a response must not finish before it was returned.
    QMetaObject::invokeMethod(
        &m_catalog,
        [waiting, shown] {
          if (waiting) waiting->show(shown);
        },
        Qt::QueuedConnection);
  };
  // This runs in the image loader's thread; the catalog lives in the main one.
  QMetaObject::invokeMethod(
      &m_catalog,
      [this, id, name, pixels, done] {
        if (m_what == What::Icon) m_catalog.icon(name, pixels, done);
        else m_catalog.preview(thingOf(id), pixels, done);
      },
      Qt::QueuedConnection);
  return response;
}

void addPictures(QQmlEngine& engine, Catalog& catalog) {
  engine.addImageProvider(QStringLiteral("symbol"), new Symbols);
  engine.addImageProvider(QStringLiteral("app"), new AppPictures(catalog, AppPictures::What::Icon));
  engine.addImageProvider(QStringLiteral("preview"), new AppPictures(catalog, AppPictures::What::Preview));
}

}  // namespace latchkey::ui
