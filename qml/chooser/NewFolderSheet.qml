// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Layouts
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

    onOpened: {
        field.clear();
        field.forceActiveFocus(Qt.TabFocusReason);
    }

    contentItem: ColumnLayout {
        spacing: 16

        PlainLabel {
            Layout.fillWidth: true
            text: qsTr("New folder")
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        InputField {
            id: field

            Layout.fillWidth: true
            placeholderText: qsTr("Name of the folder")
            onAccepted: root.make()
        }
        PlainLabel {
            Layout.fillWidth: true
            text: field.text.length > 0 ? root.trouble : ""
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.ending
        }
        RowLayout {
            Layout.alignment: Qt.AlignRight
            spacing: Theme.unit

            PushButton {
                text: qsTr("Cancel")
                onClicked: root.close()
            }
            PushButton {
                text: qsTr("Make it")
                manner: PushButton.Primary
                enabled: field.text.length > 0 && root.trouble.length === 0
                onClicked: root.make()
            }
        }
    }
}
