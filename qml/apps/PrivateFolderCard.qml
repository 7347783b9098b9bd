// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// One private folder: of the app itself, or of one of its profiles.
Card {
    id: root

    required property PrivateFolder folder
    required property bool running
    signal afreshWanted

    height: column.implicitHeight + 32

    Column {
        id: column

        x: 16
        y: 16
        width: parent.width - 32
        spacing: 8

        PlainLabel {
            width: parent.width
            text: {
                const what = root.folder.profile.length > 0 ? qsTr("Its folder as “%1”").arg(root.folder.profile) : qsTr("Its private folder");
                return root.folder.size.length > 0 ? qsTr("%1 holds %2").arg(what).arg(root.folder.size) : what;
            }
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
            Accessible.role: Accessible.Heading
        }
        PlainLabel {
            width: parent.width
            text: root.folder.place
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.WrapAnywhere
        }
        Flow {
            width: parent.width
            spacing: Theme.unit
            topPadding: 4

            PushButton {
                text: qsTr("Open the folder")
                Accessible.description: root.folder.profile
                onClicked: root.folder.open()
            }
            PushButton {
                text: qsTr("Save a copy")
                Accessible.description: root.folder.profile
                enabled: !root.folder.busy
                onClicked: root.folder.saveCopy()
            }
            PushButton {
                text: qsTr("Start afresh…")
                Accessible.description: root.folder.profile
                enabled: !root.folder.busy && !root.running
                onClicked: root.afreshWanted()
            }
        }
        PlainLabel {
            width: parent.width
            visible: root.running
            text: qsTr("It can start afresh once it is stopped.")
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
        }
        Row {
            width: parent.width
            spacing: 12
            visible: root.folder.told.length > 0

            PlainLabel {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - (show.visible ? show.width + parent.spacing : 0)
                text: root.folder.told
                wrapMode: Text.Wrap
                Accessible.role: Accessible.AlertMessage
            }
            PushButton {
                id: show

                manner: PushButton.Flat
                implicitHeight: 30
                text: qsTr("Show it")
                visible: root.folder.copied
                onClicked: root.folder.showCopy()
            }
        }
        Rectangle {
            width: parent.width
            height: 1
            color: Theme.hairline
            visible: root.folder.hasFormer
        }
        PlainLabel {
            width: parent.width
            visible: root.folder.hasFormer
            text: qsTr("What it had before it started afresh is still there (%1).").arg(root.folder.formerSize)
            wrapMode: Text.Wrap
        }
        Flow {
            width: parent.width
            spacing: Theme.unit
            visible: root.folder.hasFormer

            PushButton {
                text: qsTr("Bring it back")
                enabled: !root.folder.busy && !root.running
                onClicked: root.folder.bringBack()
            }
            PushButton {
                text: qsTr("Delete it for good")
                enabled: !root.folder.busy
                onClicked: root.folder.deleteFormer()
            }
        }
    }
}
