// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// The app's private folder: what it keeps for itself.
Item {
    id: root

    required property AppView app

    Card {
        x: Theme.margin
        y: 16
        width: Math.min(root.width - 2 * Theme.margin, 720)
        height: column.implicitHeight + 32

        Column {
            id: column

            x: 16
            y: 16
            width: parent.width - 32
            spacing: 4

            PlainLabel {
                width: parent.width
                text: root.app.folderSize.length > 0 ? qsTr("Its private folder holds %1").arg(root.app.folderSize) : qsTr("Its private folder")
                font.weight: Font.DemiBold
            }
            PlainLabel {
                width: parent.width
                text: qsTr("Settings and files that the app keeps for itself. It takes this folder for your home; nothing of yours is in it.")
                color: Theme.dim
                wrapMode: Text.Wrap
            }
            PlainLabel {
                width: parent.width
                text: root.app.folder
                font.pixelSize: Theme.small
                color: Theme.dim
                wrapMode: Text.WrapAnywhere
            }
            Item {
                width: 1
                height: 4
            }
            PushButton {
                text: qsTr("Open the folder")
                onClicked: root.app.openFolder()
            }
        }
    }
}
