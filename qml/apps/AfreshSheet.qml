// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What a fresh beginning means, before it is made.
Sheet {
    id: root

    required property string appName
    property PrivateFolder folder: null

    function ask(folder: PrivateFolder) {
        root.folder = folder;
        open();
    }
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("Let %1 start afresh?").arg(root.appName)
    buttons: [
        PushButton {
            id: keep

            text: qsTr("Cancel")
            onClicked: root.close()
        },
        PushButton {
            text: qsTr("Start afresh")
            manner: PushButton.Ending
            onClicked: {
                root.folder?.startAfresh();
                root.close();
            }
        }
    ]

    PlainLabel {
        width: parent.width
        text: qsTr("It begins as if it had never been started here: without its settings, sign-ins and own files. Your files and what it may use stay as they are.")
        wrapMode: Text.Wrap
    }
    PlainLabel {
        width: parent.width
        text: root.folder?.hasFormer ? qsTr("What it has now is put aside and can be brought back. What was put aside before is deleted.") : qsTr("What it has now is put aside and can be brought back.")
        wrapMode: Text.Wrap
    }
}
