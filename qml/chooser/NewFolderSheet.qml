// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

Sheet {
    id: root

    required property FileChooser chooser
    readonly property string trouble: chooser.folderNameProblem(field.text)

    function make() {
        if (field.text.length === 0 || trouble.length > 0)
            return;
        chooser.makeFolder(field.text);
        close();
    }

    title: qsTr("New folder")
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.close()
        },
        PushButton {
            text: qsTr("Make it")
            manner: PushButton.Primary
            enabled: field.text.length > 0 && root.trouble.length === 0
            onClicked: root.make()
        }
    ]
    onOpened: {
        field.clear();
        field.forceActiveFocus(Qt.TabFocusReason);
    }

    InputField {
        id: field

        width: parent.width
        placeholderText: qsTr("Name of the folder")
        onAccepted: root.make()
    }
    PlainLabel {
        width: parent.width
        text: field.text.length > 0 ? root.trouble : ""
        visible: text.length > 0
        wrapMode: Text.Wrap
        font.pixelSize: Theme.small
        color: Theme.ending
    }
}
