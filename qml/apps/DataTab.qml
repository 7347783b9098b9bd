// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What the app keeps for itself: how much, a copy to take away, a fresh beginning.
Flickable {
    id: root

    required property AppView app

    contentHeight: column.implicitHeight + 2 * Theme.margin
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    T.ScrollBar.vertical: Scroll {}

    Column {
        id: column

        x: Theme.margin
        y: 16
        width: Math.min(root.width - 2 * Theme.margin, 720)
        spacing: 16

        PlainLabel {
            width: parent.width
            text: qsTr("Settings and files that the app keeps for itself. It takes this folder for your home; nothing of yours is in it.")
            color: Theme.dim
            wrapMode: Text.Wrap
        }
        Repeater {
            model: root.app.folders

            PrivateFolderCard {
                required property PrivateFolder modelData

                width: column.width
                folder: modelData
                running: root.app.running
                onAfreshWanted: sheet.ask(modelData)
            }
        }
    }
    AfreshSheet {
        id: sheet

        appName: root.app.name
    }
}
