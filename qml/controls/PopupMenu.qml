// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.Menu {
    id: root

    implicitWidth: 240
    implicitHeight: Math.min(contentItem.implicitHeight + 8, 480)
    padding: 4
    margins: 4
    overlap: 1

    delegate: MenuEntry {}
    contentItem: ListView {
        implicitHeight: contentHeight
        model: root.contentModel
        interactive: Window.window ? contentHeight + 8 > Window.window.height : false
        clip: true
        currentIndex: root.currentIndex
    }
    background: Card {
        border.color: Theme.control
    }
}
